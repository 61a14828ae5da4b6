/* Texts of operators, roles and tokens. */

export const operators = {
    "operators": [ "Operators", "操作员" ],
    "operators.all": [ "All operators", "返回操作员列表" ],
    "operators.tab.operators": [ "Operators", "操作员" ],
    "operators.tab.roles": [ "Roles", "角色" ],
    "operators.new": [ "New operator…", "新建操作员…" ],
    "operators.make": [ "Create", "创建" ],
    "operators.about": [ "About", "基本信息" ],
    "operators.roles": [ "Roles", "角色" ],
    "operators.rights": [ "Rights", "权限" ],
    "operators.ends": [ "Access ends", "有效期至" ],
    "operators.ends.help": [ "Empty: never", "不填则长期有效" ],
    "operators.never": [ "never", "长期" ],
    "operators.keys": [ "Certificates (SHA-256 of the key)",
        "证书公钥 (SHA-256)" ],
    "operators.name.help": [
        "Letters, digits and . _ : @ -, the first a letter or digit",
        "字母、数字及 . _ : @ -，首字符为字母或数字"
    ],
    "operators.description.help": [
        "Who this is, for other operators", "备注，供其他操作员查看"
    ],
    "operators.granted": [
        "Saved; what the operator may is different at once.",
        "已保存，权限立即生效。"
    ],
    "operators.rotate": [ "New token…", "更换令牌…" ],
    "operators.rotate.yes": [ "Make a new token", "更换令牌" ],
    "operators.rotate.text": [
        "The old token ends at once, and with it every session that it "
        + "began.",
        "旧令牌及由其登录的会话立即失效。"
    ],
    "operators.disable": [ "Disable…", "停用…" ],
    "operators.disable.yes": [ "Disable", "停用" ],
    "operators.disable.text": [
        "Who is disabled may nothing until enabled again.",
        "停用后无任何权限，直至重新启用。"
    ],
    "operators.enable": [ "Enable…", "启用…" ],
    "operators.enable.yes": [ "Enable", "启用" ],
    "operators.enable.text": [
        "The operator may again what its roles permit.",
        "操作员将恢复其角色的权限。"
    ],
    "operators.delete": [ "Delete…", "删除…" ],
    "operators.delete.yes": [ "Delete", "删除" ],
    "operators.delete.text": [
        "The operator's token and sessions end. What it did stays in the "
        + "evidence.",
        "其令牌与会话立即失效，操作记录仍保留在存证中。"
    ],
    "operators.deleted": [ "Deleted", "已删除" ],

    "token": [ "Token", "令牌" ],
    "token.title": [ "Token of {name}", "{name} 的令牌" ],
    "token.once": [
        "It is shown this once and kept nowhere. Give it to the operator by "
        + "a way that others cannot read.",
        "令牌仅显示这一次，不会保存。请以安全方式交给该操作员。"
    ],
    "token.copy": [ "Copy", "复制" ],
    "token.copied": [ "Copied", "已复制" ],
    "token.kept": [ "I have it, close", "已保存，关闭" ],

    "roles.new": [ "New role…", "新建角色…" ],
    "roles.change": [ "Change…", "修改…" ],
    "roles.delete": [ "Delete…", "删除…" ],
    "roles.delete.yes": [ "Delete", "删除" ],
    "roles.delete.text": [
        "It is refused while somebody has the role.",
        "仍有操作员具有该角色时无法删除。"
    ],
    "roles.default": [
        "Every node has it; it cannot be changed.", "系统内置，不可修改。"
    ],
    "roles.description.help": [ "What it is for", "角色用途" ],
    "roles.saved": [
        "Saved; whoever has it has the new one at once.",
        "已保存，对具有该角色的操作员立即生效。"
    ],

    "rights.kind": [ "Of what", "对象" ],
    "rights.node": [ "Nodes", "节点" ],
    "rights.contract": [ "Contracts", "合约" ],
    "rights.audit": [ "Requests", "申请" ],
    "rights.dataset": [ "Datasets", "数据集" ],
    "rights.query": [ "Queries", "查询" ],
    "rights.component": [ "Components", "组件" ],
    "rights.project": [ "Projects", "项目" ],
    "rights.flow": [ "Flows", "流程" ],
    "rights.job": [ "Jobs", "任务" ],
    "rights.model": [ "Models", "模型" ],
    "rights.result": [ "Results", "结果" ],
    "rights.evidence": [ "Evidence", "存证" ],
    "rights.operator": [ "Operators", "操作员" ],
    "rights.role": [ "Roles", "角色" ],
    "right.read": [ "see", "查看" ],
    "right.edit": [ "make and change", "编辑" ],
    "right.use": [ "use", "使用" ],
    "right.copy": [ "take out", "导出" ],
    "right.control": [ "publish", "发布" ],
    "right.approve": [ "approve", "审批" ],
    "right.operate": [ "run and stop", "运行" ],
    "right.admin": [ "administer", "管理" ]
};
