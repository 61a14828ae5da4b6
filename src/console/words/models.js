/* Texts of models. */

export const models = {
    "models": [ "Models", "模型" ],
    "models.one": [ "Model", "模型" ],
    "models.algorithm": [ "Algorithm", "算法" ],
    "models.empty": [
        "No models yet. A job that trains one leaves it here.",
        "暂无模型。训练任务完成后模型将在此显示。"
    ],
    "model.about": [ "Where it is from", "来源" ],
    "model.task": [ "Task", "任务" ],
    "model.digest": [ "Digest (SHA-256)", "摘要 (SHA-256)" ],
    "model.show": [ "Show its content", "查看内容" ],
    "model.show.text": [
        "Weights, errors and curves are the content of the model. Looking at "
        + "them is kept as evidence, with your name.",
        "权重、误差与曲线属于模型内容，查看将以您的名义存证。"
    ],
    "model.hidden": [
        "Your roles do not include the content of models (model.copy).",
        "您的角色无权查看模型内容 (model.copy)。"
    ],
    "model.weights": [ "Weights", "权重" ],
    "model.weights.none": [
        "This node has no weights of it: they are shared among the parties, "
        + "or the model is of another form.",
        "本节点不持有其权重：权重由各方共享，或模型为其他形式。"
    ],
    "model.feature": [ "Feature", "特征" ],
    "model.intercept": [ "intercept", "截距" ],
    "model.weight": [ "Weight", "权重" ],
    "model.error": [ "Standard error", "标准误" ],
    "model.z": [ "z", "z 值" ],
    "model.p": [ "p", "p 值" ],
    "model.interval": [ "Interval ({confidence})", "置信区间（{confidence}）" ],
    "model.scaled": [
        "Weights are of features as the model scales them ({scaler}).",
        "权重对应按模型标准化（{scaler}）后的特征。"
    ],
    "model.evaluation": [ "How good it is", "评估" ],
    "model.on": [ "measured on: {data}", "评估数据：{data}" ],
    "model.fold": [ "Part {n}", "第 {n} 折" ],
    "model.curve.roc": [ "ROC", "ROC 曲线" ],
    "model.curve.ks": [ "KS", "KS 曲线" ],
    "model.curve.pr": [ "Precision and recall", "精确率-召回率曲线" ],
    "model.curve.gain": [ "Gain", "累积增益" ],
    "model.curve.lift": [ "Lift", "提升度" ],
    "model.axis.fpr": [ "false positive rate", "假正率" ],
    "model.axis.tpr": [ "true positive rate", "真正率" ],
    "model.axis.threshold": [ "threshold", "阈值" ],
    "model.axis.depth": [ "share of rows", "样本占比" ],
    "model.axis.precision": [ "precision", "精确率" ],
    "model.axis.gain": [ "share of positives", "正样本占比" ],
    "model.axis.lift": [ "lift", "提升度" ],
    "model.loss": [ "Loss", "损失" ],
    "model.predict": [ "Score a row", "单条预测" ],
    "model.predict.note": [
        "Computed in this page from the content above; nothing is sent.",
        "在本页面内根据上述内容计算，数据不会发送。"
    ],
    "model.predict.go": [ "Score", "预测" ],
    "model.score": [ "Score: {score}", "预测值：{score}" ],
    "model.text": [ "As the node keeps it", "原始内容" ]
};
