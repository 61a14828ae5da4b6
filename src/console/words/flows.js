/* Texts of flows: the list, drawing, running. */

export const flows = {
    "flows": [ "Flows", "流程" ],
    "flow": [ "Flow", "流程" ],
    "flows.new": [ "New flow", "新建流程" ],
    "flows.jobs": [ "Its jobs", "相关任务" ],
    "flows.empty": [
        "No flows yet. A flow is steps of components; draw one, or make one "
        + "by flow/create.",
        "暂无流程。流程由组件编排而成，可在此绘制，也可调用 flow/create 创建。"
    ],

    "flow.steps": [ "Steps", "组件编排" ],
    "flow.step": [ "{name}, {component}", "{name}，{component}" ],
    "flow.add": [ "Add a step", "添加组件" ],
    "flow.remove": [ "Remove", "移除" ],
    "flow.tidy": [ "Tidy", "自动布局" ],
    "flow.how": [
        "Drag a line from what a step makes (below it) to what another one "
        + "reads (above it), or choose it at the step. Arrow keys move a "
        + "step, Delete removes it.",
        "从组件下方的输出拖线至另一组件上方的输入，或在右侧选择。方向键移动组件，"
        + "Delete 键移除。"
    ],
    "flow.saved": [ "The flow is saved", "流程已保存" ],
    "flow.reads": [ "Reads {name} ({category})", "输入 {name}（{category}）" ],
    "flow.makes": [ "Makes {name} ({category})", "输出 {name}（{category}）" ],
    "flow.nothing": [ "– nothing –", "– 无 –" ],
    "flow.outputs": [ "What is kept of it", "保留的输出" ],
    "flow.params": [ "Parameters", "参数" ],
    "flow.all": [ "All parties", "全部参与方" ],
    "flow.dataset": [ "Dataset of {node}", "{node} 的数据集" ],
    "flow.sql": [ "or a query (SELECT)", "或查询语句 (SELECT)" ],
    "flow.value": [ "May be: {allowed}", "取值范围：{allowed}" ],

    "flow.parties": [ "Parties", "参与方" ],
    "flow.role.guest": [ "Guest: has the label", "发起方 guest（持有标签）" ],
    "flow.role.host": [ "Hosts: other data", "合作方 host（其他数据）" ],
    "flow.role.arbiter": [
        "Arbiter: coordinates, has no data", "协调方 arbiter（不持有数据）"
    ],
    "flow.party.add": [ "Add: {role}", "添加：{role}" ],
    "flow.party.choose": [ "Add a node…", "添加节点…" ],
    "flow.party.remove": [ "Remove {node}", "移除 {node}" ],

    "flow.whole": [ "Nothing is missing.", "内容完整。" ],
    "flow.todo": [ "Still to do", "尚需完成" ],
    "flow.fault.empty": [ "Add a step.", "请添加组件。" ],
    "flow.fault.guest": [
        "Choose a guest among the parties.", "请选择发起方 (guest)。"
    ],
    "flow.fault.twice": [
        "{node} has two roles; a node has one.",
        "{node} 担任了两个角色，每个节点只能有一个。"
    ],
    "flow.fault.component": [
        "{name} is not there, or not for use; enable it or take another one.",
        "{name} 不存在或不可用，请启用或更换。"
    ],
    "flow.fault.source": [
        "link a table to it, or give the data of {node}.",
        "请连接数据表，或指定 {node} 的数据。"
    ],
    "flow.fault.value": [
        "{field} may be {allowed}.", "{field} 的取值范围为 {allowed}。"
    ],
    "flow.fault.missing": [ "{field} is needed.", "缺少 {field}。" ],
    "flow.no_port": [
        "There is no such input or output.", "输入或输出不存在。"
    ],
    "flow.no_fit": [
        "A table is read from tables, a model from models: these two do not "
        + "fit.",
        "数据表只能连接数据表，模型只能连接模型，二者类型不符。"
    ],
    "flow.circle": [
        "That would be a circle: a step cannot wait for itself.",
        "将形成环路，组件不能等待自身。"
    ],

    "flow.run": [ "Run", "运行" ],
    "flow.run.text": [
        "Makes a job of the saved flow. Every other party is asked to approve "
        + "it before it starts.",
        "以已保存的流程创建任务。其他参与方均同意后方可启动。"
    ],
    "flow.run.not": [
        "Save the flow, and do what is still to do, first.",
        "请先保存流程并完成待办事项。"
    ],
    "flow.run.done": [ "The job is made", "任务已创建" ]
};
