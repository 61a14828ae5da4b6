
-- What is said of each reason to wait.


-- Texts by reason: English, Chinese, what to do, the same in Chinese.
-- <party>, <node>, <task>, <detail> are filled in.
pending.TEXTS = {
    not_asked = {
        '<node> has not been asked to approve the job',
        '尚未请求 <node> 审批该任务',
        'apply to it with job/audit/apply',
        '请通过 job/audit/apply 提交审批申请' },
    request_undelivered = {
        'the request to <node> is not delivered yet: <detail>',
        '给 <node> 的请求尚未送达：<detail>',
        'it is tried again; check the address and the node of the partner',
        '系统会自动重试；请检查对方地址与节点状态' },
    approval = {
        '<node> has not answered the request yet',
        '<node> 尚未答复审批请求',
        'ask the operator of that node to answer',
        '请联系对方运营人员审批' },
    own_query = {
        'approved; waits until an operator of this node answers the queries '
        .. '<detail>',
        '已批准，等待本节点运营人员答复查询 <detail>',
        'answer them with query/approve or query/refuse',
        '请通过 query/approve 或 query/refuse 答复' },
    own_approval = {
        'the request of <node> waits for an operator of this node',
        '<node> 的请求等待本节点运营人员审批',
        'answer it; see inbox/list',
        '请审批，见 inbox/list' },
    permit = {
        'waits for the permit of <node>',
        '等待 <node> 的许可凭证',
        'it has approved and its answer is on its way; ask its operator when '
        .. 'it does not come',
        '对方已批准，凭证尚未送达；若长时间未到请联系对方运营人员' },
    rejected = {
        '<node> rejected the job',
        '<node> 拒绝了该任务',
        'ask why, change the job and apply again',
        '了解原因，修改任务后重新申请' },
    withdrawn = {
        '<node> has taken its approval back',
        '<node> 已撤回审批',
        'apply again',
        '请重新申请' },
    contract_ended = {
        'there is no contract with <node> any more',
        '与 <node> 的合约已失效',
        'apply for a contract with it',
        '请重新申请合作' },
    start = {
        'every party has approved; nobody has started it',
        '各参与方均已批准，尚未启动',
        'start it with job/start',
        '请通过 job/start 启动' },
    initiator_start = {
        'waits for its initiator <node> to start it',
        '等待发起方 <node> 启动',
        'nothing is to be done here',
        '本节点无需操作' },
    paused = {
        'paused by <detail>',
        '已由 <detail> 暂停',
        'resume it with job/resume',
        '请通过 job/resume 恢复' },
    stopping = {
        'is being stopped',
        '正在停止',
        'nothing; it ends when the parties have stopped',
        '无需操作，各参与方停止后结束' },
    scheduler_down = {
        'no scheduler of this node is alive',
        '本节点没有运行中的调度服务',
        'start interconnd with the role scheduler; read its log',
        '请启动带 scheduler 角色的 interconnd，并查看其日志' },
    runner_down = {
        'no runner of this node is alive',
        '本节点没有运行中的执行服务',
        'start interconnd with the role runner; read its log',
        '请启动带 runner 角色的 interconnd，并查看其日志' },
    courier_down = {
        'no courier of this node is alive: nothing is delivered to <node>',
        '本节点没有运行中的投递服务，无法向 <node> 投递',
        'start interconnd with the role courier; read its log',
        '请启动带 courier 角色的 interconnd，并查看其日志' },
    partner_unreachable = {
        '<node> cannot be reached: <detail>',
        '无法访问 <node>：<detail>',
        'it is tried again; the operator of that node checks it and the '
        .. 'network between',
        '系统会自动重试；请对方运营人员检查节点与网络' },
    retry = {
        '<task> failed and will be tried again: <detail>',
        '<task> 失败，将自动重试：<detail>',
        'nothing; its last failure is in tries',
        '无需操作，失败原因见 tries' },
    step_disabled = {
        'the step <task> is disabled',
        '步骤 <task> 已停用',
        'let it begin with task/start',
        '请通过 task/start 使其可以开始' },
    predecessor = {
        '<task> waits for <detail>',
        '<task> 等待 <detail> 完成',
        'nothing; it begins when they have succeeded',
        '无需操作，前序完成后自动开始' },
    scheduling = {
        'waits for the scheduler',
        '等待调度',
        'nothing; the scheduler takes it at its next turn',
        '无需操作，将在下一轮调度中处理' },
    flight = {
        'waits for a place among the tasks that this node has begun',
        '等待本节点已开始的组件任务让出名额',
        'nothing; or give the job a higher priority, or raise workers in '
        .. 'interconnd.conf',
        '无需操作，或提高任务优先级，或在 interconnd.conf 中增大 workers' },
    worker = {
        'waiting for a free worker, <detail> before it',
        '等待空闲执行单元，前面还有 <detail> 个',
        'nothing; or raise workers in interconnd.conf',
        '无需操作，或在 interconnd.conf 中增大 workers' },
    partner_worker = {
        'waits at <node>: <detail>',
        '在 <node> 等待：<detail>',
        'nothing; ask its operator when it takes long',
        '无需操作；若时间过长请联系对方运营人员' },
    component_missing = {
        'this node has no component <detail>',
        '本节点没有组件 <detail>',
        'install it with interconnctl component install',
        '请通过 interconnctl component install 安装' },
    component_disabled = {
        'the component <detail> is disabled here',
        '组件 <detail> 在本节点已停用',
        'enable it',
        '请启用该组件' }
}
