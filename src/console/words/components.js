/* Texts of components. */

export const components = {
    "components": [ "Components", "组件" ],
    "components.one": [ "Component", "组件" ],
    "components.developer": [ "Made by", "开发者" ],
    "components.category": [ "Category", "类别" ],
    "components.kind": [ "Comes", "来源" ],
    "components.built_in": [ "with the program", "内置" ],
    "components.package": [ "as a package", "组件包" ],
    "components.empty": [
        "No components; install a package with interconnctl component.",
        "暂无组件，可用 interconnctl component 安装组件包。"
    ],
    "components.enable": [ "Enable", "启用" ],
    "components.disable": [ "Disable", "停用" ],
    "components.disable.text": [
        "No task runs it any more; tasks that run it now are ended.",
        "停用后不再运行该组件，正在运行的任务将被终止。"
    ],
    "components.enabled": [ "It is enabled", "已启用" ],
    "components.disabled": [ "It is disabled", "已停用" ],
    "components.why": [ "Why it is disabled", "停用原因" ],
    "components.about": [ "What it is", "组件信息" ],
    "components.ports": [ "What it reads and makes", "输入与输出" ],
    "components.reads": [ "reads", "输入" ],
    "components.makes": [ "makes", "输出" ],
    "components.format": [ "Format", "格式" ],
    "components.params": [ "Parameters", "参数" ],
    "components.type": [ "Type", "类型" ],
    "components.default": [ "Default", "默认值" ],
    "components.may": [ "May be", "取值范围" ],
    "components.note": [ "Meaning", "说明" ],
    "components.roles": [ "Roles", "角色" ],
    "components.language": [ "Language", "编程语言" ],
    "components.licence": [ "Licence", "版权" ],
    "components.released": [ "Released", "发布时间" ]
};
