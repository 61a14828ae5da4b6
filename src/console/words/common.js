/* Texts of the frame and of parts; states, roles, refusals of the page. */

export const common = {
    "console": [ "Console", "控制台" ],
    "skip": [ "Skip to content", "跳到正文" ],
    "menu": [ "Menu", "菜单" ],
    "loading": [ "Loading", "加载中" ],
    "empty": [ "Nothing here yet", "暂无内容" ],
    "again": [ "Try again", "重试" ],
    "close": [ "Close", "关闭" ],
    "cancel": [ "Cancel", "取消" ],
    "save": [ "Save", "保存" ],
    "all": [ "All", "全部" ],
    "yes": [ "yes", "是" ],
    "no": [ "no", "否" ],
    "none": [ "none", "无" ],
    "name": [ "Name", "名称" ],
    "state": [ "State", "状态" ],
    "node": [ "Node", "节点" ],
    "role": [ "Role", "角色" ],
    "created": [ "Created", "创建时间" ],
    "changed": [ "Changed", "更新时间" ],
    "version": [ "Version", "版本" ],
    "language": [ "Language", "语言" ],
    "theme": [ "Colours", "配色" ],
    "theme.auto": [ "As the system", "跟随系统" ],
    "theme.light": [ "Light", "浅色" ],
    "theme.dark": [ "Dark", "深色" ],

    "sign_in": [ "Sign in", "登录" ],
    "sign_in.token": [ "Operator token", "操作员令牌" ],
    "sign_in.certificate": [ "Sign in by certificate", "使用证书登录" ],
    "sign_in.note": [
        "The token that interconnctl operator add printed. It is exchanged "
        + "for a session and not kept.",
        "由 interconnctl operator add 生成的令牌。令牌用于换取会话，不会保存。"
    ],
    "sign_in.then": [
        "After signing in you are taken to the page you asked for.",
        "登录后将转到您请求的页面。"
    ],
    "sign_out": [ "Sign out", "退出登录" ],
    "signed_in_as": [ "Signed in as {name}", "已登录：{name}" ],

    "stream.live": [ "Live", "实时" ],
    "stream.lost": [ "Connecting again", "正在重新连接" ],
    "stream.poll": [ "Every few seconds", "定时刷新" ],

    "page.unknown": [ "There is no such page", "页面不存在" ],
    "page.unknown.todo": [
        "Choose one from the menu.", "请从菜单中选择。"
    ],
    "page.refused": [
        "Your roles do not include this page",
        "您的角色无权查看此页面"
    ],
    "page.refused.todo": [
        "It needs the permission {permission}; an administrator of this node "
        + "can grant it.",
        "需要权限 {permission}，可由本节点管理员授予。"
    ],

    "pages": [ "Pages", "分页" ],
    "pages.first": [ "First page", "首页" ],
    "pages.before": [ "Page before", "上一页" ],
    "pages.next": [ "Next page", "下一页" ],
    "pages.last": [ "Last page", "末页" ],
    "pages.of": [
        "Page {page} of {last}, {total} in all",
        "第 {page} / {last} 页，共 {total} 条"
    ],

    "chart.values": [ "Values as a table", "以表格显示数值" ],

    "form.required": [ "required", "必填" ],
    "form.wrong": [ "Correct the marked fields", "请更正标出的字段" ],
    "form.missing": [ "Enter a value", "请填写" ],
    "form.no_integer": [ "Enter a whole number", "请输入整数" ],
    "form.no_float": [ "Enter a number", "请输入数字" ],
    "form.no_object": [ "Enter a JSON object", "请输入 JSON 对象" ],
    "form.no_array": [ "Enter a JSON list", "请输入 JSON 数组" ],
    "form.no_time": [ "Enter a date and a time", "请输入日期与时间" ],

    "refusal.unreachable": [
        "The node does not answer. Check the network and whether nginx runs.",
        "节点无响应。请检查网络以及 nginx 是否运行。"
    ],
    "refusal.replaced": [
        "This page could not be loaded: the console has been replaced since, "
        + "or the node is away. Load it again.",
        "页面加载失败：控制台可能已更新，或节点无响应。请重新加载。"
    ],
    "refusal.no_answer": [
        "The answer (status {status}) is not of this node's API. Check what "
        + "is between this browser and the node.",
        "返回内容 (状态码 {status}) 不是本节点 API 的应答。请检查浏览器与节点之间"
        + "的网络设备。"
    ],

    "state.PENDING": [ "waiting", "等待中" ],
    "state.READY": [ "ready", "就绪" ],
    "state.RUNNING": [ "running", "运行中" ],
    "state.SUCCESS": [ "succeeded", "成功" ],
    "state.FAILED": [ "failed", "失败" ],
    "state.PAUSED": [ "paused", "已暂停" ],
    "state.STOPPED": [ "stopped", "已停止" ],
    "state.APPLIED": [ "applied for", "已申请" ],
    "state.APPROVED": [ "approved", "已批准" ],
    "state.REJECTED": [ "rejected", "已拒绝" ],
    "state.REFUSED": [ "refused", "已拒绝" ],
    "state.TERMINATED": [ "ended", "已解除" ],
    "state.EXPIRED": [ "expired", "已过期" ],
    "state.REVOKED": [ "revoked", "已撤销" ],
    "state.ENABLED": [ "enabled", "已启用" ],
    "state.DISABLED": [ "disabled", "已禁用" ],
    "state.PUBLISHED": [ "published", "已发布" ],
    "state.UP": [ "up", "在线" ],
    "state.DOWN": [ "down", "离线" ]
};
