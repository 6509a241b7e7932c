<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>From a TensorFlow 1.x training checkpoint to a .tflite file that is proven right.</source>
        <translation>从 TensorFlow 1.x 训练检查点，到经过验证的 .tflite 文件。</translation>
    </message>
    <message>
        <source>Opening a file never runs it, and nothing leaves this machine.</source>
        <translation>打开文件绝不会执行它，任何数据都不会离开本机。</translation>
    </message>
    <message>
        <source>About Coldpress</source>
        <translation>关于 Coldpress</translation>
    </message>
    <message>
        <source>Licence: Apache-2.0</source>
        <translation>许可证：Apache-2.0</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>AllTypes</name>
    <message>
        <source>verified</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>not verified</source>
        <translation>未通过验证</translation>
    </message>
    <message>
        <source>not good enough</source>
        <translation>未达标</translation>
    </message>
    <message>
        <source>does not fit</source>
        <translation>不适用</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Same class</source>
        <translation>类别相同</translation>
    </message>
    <message>
        <source>Largest error</source>
        <translation>最大误差</translation>
    </message>
    <message>
        <source>SNR</source>
        <translation>SNR</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>耗时</translation>
    </message>
</context>
<context>
    <name>AllTypesTab</name>
    <message>
        <source>Converts, verifies and measures every type that fits the graph and the data, in one run.</source>
        <translation>在一次运行中，对适合该计算图和数据的每种类型进行转换、验证和测量。</translation>
    </message>
    <message>
        <source>Try all types that fit</source>
        <translation>尝试所有适用的类型</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Show as the result</source>
        <translation>作为结果显示</translation>
    </message>
    <message>
        <source>Keep as a file…</source>
        <translation>保存为文件…</translation>
    </message>
    <message>
        <source>Save comparison…</source>
        <translation>保存对比…</translation>
    </message>
    <message>
        <source>Types side by side</source>
        <translation>各类型对比</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Size against closeness to the frozen graph: better is left and up</source>
        <translation>大小与接近冻结图的程度：越靠左上越好</translation>
    </message>
    <message>
        <source>size of the file (KB)</source>
        <translation>文件大小（KB）</translation>
    </message>
    <message>
        <source>SNR (dB)</source>
        <translation>信噪比（dB）</translation>
    </message>
    <message>
        <source>Web page (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>Save the comparison</source>
        <translation>保存对比</translation>
    </message>
    <message>
        <source>Something was changed since these types were tried. Try them again.</source>
        <translation>尝试这些类型之后设置有改动，请重新尝试。</translation>
    </message>
    <message>
        <source>Reading and freezing …</source>
        <translation>正在读取和冻结…</translation>
    </message>
    <message>
        <source>{type} ({number} of {total})</source>
        <translation>{type}（{number} / {total}）</translation>
    </message>
    <message>
        <source>size of the file (MB)</source>
        <translation>文件大小（MB）</translation>
    </message>
    <message>
        <source>TensorFlow Lite models (*.tflite)</source>
        <translation>TensorFlow Lite 模型 (*.tflite)</translation>
    </message>
    <message>
        <source>Keep the result</source>
        <translation>保存结果</translation>
    </message>
</context>
<context>
    <name>Cards</name>
    <message numerus="yes">
        <source>%n kind(s)</source>
        <translation>
            <numerusform>%n 种</numerusform>
        </translation>
    </message>
    <message>
        <source>{share} % of the float32 file</source>
        <translation>float32 文件的 {share} %</translation>
    </message>
    <message>
        <source>{share} % of the frozen graph</source>
        <translation>冻结图的 {share} %</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测量</translation>
    </message>
    <message>
        <source>a run on this machine, one thread</source>
        <translation>在本机单线程运行一次</translation>
    </message>
    <message>
        <source>a run, one thread; float32: {latency}</source>
        <translation>单线程运行一次；float32：{latency}</translation>
    </message>
    <message>
        <source>not quantized</source>
        <translation>未量化</translation>
    </message>
    <message>
        <source>scale {scale}, zero point {zero}</source>
        <translation>scale {scale}，零点 {zero}</translation>
    </message>
</context>
<context>
    <name>ChangesView</name>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
</context>
<context>
    <name>Consequence</name>
    <message>
        <source>{kept} of {all} nodes are kept, {dropped} dropped</source>
        <translation>{all} 个节点中保留 {kept} 个，去掉 {dropped} 个</translation>
    </message>
    <message>
        <source> · about {size} frozen</source>
        <translation> · 冻结后约 {size}</translation>
    </message>
    <message>
        <source>operations: {list}</source>
        <translation>操作：{list}</translation>
    </message>
    <message>
        <source>not counted, since their shapes are unknown: {names}</source>
        <translation>形状未知，未计入：{names}</translation>
    </message>
    <message>
        <source>the outputs do not depend on {names}</source>
        <translation>输出并不依赖 {names}</translation>
    </message>
</context>
<context>
    <name>ConvertPage</name>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Freeze, convert, then compare the result with the frozen graph.</source>
        <translation>先冻结，再转换，然后把结果与冻结图逐一比较。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>显示日志</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>What the converter prints appears here.</source>
        <translation>转换器的输出会显示在这里。</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>重新运行</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Hide the log</source>
        <translation>隐藏日志</translation>
    </message>
    <message>
        <source>Out of date</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Something was changed since this run. Run it again.</source>
        <translation>这次运行之后又做了修改，请重新运行。</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation>没有写出任何文件。</translation>
    </message>
    <message>
        <source>This did not work</source>
        <translation>没有成功</translation>
    </message>
    <message>
        <source>Go to “{page}”</source>
        <translation>前往“{page}”</translation>
    </message>
</context>
<context>
    <name>Counts</name>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n 个节点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n variable(s)</source>
        <translation>
            <numerusform>%n 个变量</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n 处改动</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n constant(s)</source>
        <translation>
            <numerusform>%n 个常量</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n parameter(s)</source>
        <translation>
            <numerusform>%n 个参数</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hit(s)</source>
        <translation>
            <numerusform>%n 个匹配</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n value(s)</source>
        <translation>
            <numerusform>%n 个值</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sample(s)</source>
        <translation>
            <numerusform>%n 个样本</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n operation(s)</source>
        <translation>
            <numerusform>%n 个操作</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DataField</name>
    <message>
        <source>Cut images to the input’s shape instead of stretching them</source>
        <translation>把图片裁剪成输入的形状，而不是拉伸</translation>
    </message>
    <message>
        <source>Some of the samples, as the input holds them</source>
        <translation>部分样本，以输入所存的样子显示</translation>
    </message>
    <message>
        <source>Looking at the samples …</source>
        <translation>正在检查样本…</translation>
    </message>
    <message>
        <source>{tensor} from {low} to {high}</source>
        <translation>{tensor} 取值 {low} 到 {high}</translation>
    </message>
    <message>
        <source>with labels</source>
        <translation>带标签</translation>
    </message>
</context>
<context>
    <name>DefaultRanges</name>
    <message>
        <source>Make up a range for every tensor that has none</source>
        <translation>给每个没有 range 的张量编一个 range</translation>
    </message>
    <message>
        <source>Only to see whether it converts at all: with ranges that are made up, accuracy is meaningless.</source>
        <translation>仅用于试试能否转换：range 是编造的，精度没有意义。</translation>
    </message>
    <message>
        <source>Least value of the range that is made up</source>
        <translation>编造的 range 的最小值</translation>
    </message>
    <message>
        <source>Greatest value of the range that is made up</source>
        <translation>编造的 range 的最大值</translation>
    </message>
</context>
<context>
    <name>EndpointsPage</name>
    <message>
        <source>Inputs and outputs</source>
        <translation>输入和输出</translation>
    </message>
    <message>
        <source>Double-click or Enter takes a node, Ctrl+Enter or dragging adds one, Delete takes it away again.</source>
        <translation>双击或按 Enter 选用一个节点，按 Ctrl+Enter 或拖动可添加，按 Delete 可移除。</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Outputs</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Working it out …</source>
        <translation>正在推算…</translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation>出错了</translation>
    </message>
    <message>
        <source>Coldpress met an error that it did not foresee. Your files are as they were.</source>
        <translation>Coldpress 遇到了意料之外的错误。您的文件没有改变。</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>The log is in {path}</source>
        <translation>日志位于 {path}</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>EvalGraphPage</name>
    <message>
        <source>Eval graph</source>
        <translation>推理图</translation>
    </message>
    <message>
        <source>What is frozen must be the forward pass alone. Coldpress finds what training left in the graph.</source>
        <translation>冻结的必须只是前向计算。Coldpress 会找出训练留在图中的内容。</translation>
    </message>
    <message>
        <source>How this is known</source>
        <translation>判断依据</translation>
    </message>
    <message>
        <source>From train graph to eval graph</source>
        <translation>从训练图到推理图</translation>
    </message>
    <message>
        <source>Make the eval graph (recommended)</source>
        <translation>生成推理图（推荐）</translation>
    </message>
    <message>
        <source>Copy the list</source>
        <translation>复制列表</translation>
    </message>
    <message>
        <source>Save the list…</source>
        <translation>保存列表…</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>改动</translation>
    </message>
    <message>
        <source>Inference graph</source>
        <translation>推理图</translation>
    </message>
    <message>
        <source>Nothing of training is left in it.</source>
        <translation>其中没有训练留下的内容。</translation>
    </message>
    <message>
        <source>Training graph, left as it is</source>
        <translation>训练图，保持原样</translation>
    </message>
    <message>
        <source>Frozen like this the model may convert without an error and answer wrongly.</source>
        <translation>这样冻结，模型可能转换时不报错，但输出是错的。</translation>
    </message>
    <message>
        <source>Training graph</source>
        <translation>训练图</translation>
    </message>
    <message>
        <source>It is turned into the eval graph first; the changes are listed below.</source>
        <translation>会先把它变成推理图，改动列在下面。</translation>
    </message>
    <message>
        <source>Working it out …</source>
        <translation>正在推算…</translation>
    </message>
    <message>
        <source> · {before} nodes become {after}</source>
        <translation> · 节点数由 {before} 变为 {after}</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>文本 (*.txt)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Save the list of changes</source>
        <translation>保存改动列表</translation>
    </message>
    <message>
        <source>Saved to {path}.</source>
        <translation>已保存到 {path}。</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Open a model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>Open a model’s folder</source>
        <translation>打开模型文件夹</translation>
    </message>
    <message>
        <source>Open a recipe</source>
        <translation>打开配方</translation>
    </message>
    <message>
        <source>Recipes (*.toml)</source>
        <translation>配方 (*.toml)</translation>
    </message>
    <message>
        <source>Save the recipe</source>
        <translation>保存配方</translation>
    </message>
</context>
<context>
    <name>FilesPage</name>
    <message>
        <source>Model files</source>
        <translation>模型文件</translation>
    </message>
    <message>
        <source>Any one of the model’s files is enough. Coldpress reads what is inside; it never runs it.</source>
        <translation>模型的任意一个文件即可。Coldpress 只读取内容，绝不执行。</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>试用示例</translation>
    </message>
    <message>
        <source>Graph from</source>
        <translation>图来自</translation>
    </message>
    <message>
        <source>Weights from</source>
        <translation>权重来自</translation>
    </message>
    <message>
        <source>What lies there</source>
        <translation>现有文件</translation>
    </message>
    <message>
        <source>Use the moving averages of the weights (EMA)</source>
        <translation>使用权重的滑动平均值（EMA）</translation>
    </message>
    <message>
        <source>Reading {name} …</source>
        <translation>正在读取 {name}…</translation>
    </message>
    <message>
        <source>Drop a model here</source>
        <translation>把模型拖到这里</translation>
    </message>
    <message>
        <source>a checkpoint, .meta, .pb, .pbtxt, SavedModel, event file, or its folder</source>
        <translation>检查点、.meta、.pb、.pbtxt、SavedModel、事件文件，或它们所在的文件夹</translation>
    </message>
    <message>
        <source>Open another model</source>
        <translation>打开另一个模型</translation>
    </message>
    <message>
        <source>This could not be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>有</translation>
    </message>
    <message>
        <source>no</source>
        <translation>无</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Structure</source>
        <translation>结构</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>Written by</source>
        <translation>由何 API 写出</translation>
    </message>
    <message>
        <source>{name} (newest)</source>
        <translation>{name}（最新）</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>No checkpoint: the graph must be frozen already.</source>
        <translation>没有检查点：图必须已经冻结。</translation>
    </message>
    <message>
        <source>&lt;b&gt;{found} of {total}&lt;/b&gt; variables found</source>
        <translation>{total} 个变量中找到 &lt;b&gt;{found}&lt;/b&gt; 个</translation>
    </message>
    <message>
        <source>, shapes agree</source>
        <translation>，形状一致</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>个缺失</translation>
    </message>
    <message>
        <source>of another shape</source>
        <translation>个形状不同</translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) of the checkpoint not used by this graph</source>
        <translation>
            <numerusform>检查点中有 %n 个键未被此图使用</numerusform>
        </translation>
    </message>
    <message>
        <source>No graph lies there.</source>
        <translation>这里没有图。</translation>
    </message>
    <message>
        <source>train graph</source>
        <translation>训练图</translation>
    </message>
    <message>
        <source>inference graph</source>
        <translation>推理图</translation>
    </message>
</context>
<context>
    <name>FindingCard</name>
    <message>
        <source>I know; go on all the same</source>
        <translation>我已了解，仍然继续</translation>
    </message>
</context>
<context>
    <name>GraphView</name>
    <message>
        <source>Graph</source>
        <translation>图</translation>
    </message>
    <message>
        <source>Nodes found</source>
        <translation>找到的节点</translation>
    </message>
    <message>
        <source>Node before</source>
        <translation>上一个节点</translation>
    </message>
    <message>
        <source>Node after</source>
        <translation>下一个节点</translation>
    </message>
    <message>
        <source>All nodes in one list</source>
        <translation>所有节点列成一列</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>needed for training only</source>
        <translation>仅训练需要</translation>
    </message>
</context>
<context>
    <name>HelpDialog</name>
    <message>
        <source>Open any one of the model’s files, or its folder. Nothing in it is run.</source>
        <translation>打开模型的任意一个文件或其文件夹。其中的内容不会被执行。</translation>
    </message>
    <message>
        <source>Look at what training left in the graph, and let Coldpress take it away.</source>
        <translation>看看训练在图中留下了什么，让 Coldpress 把它们去掉。</translation>
    </message>
    <message>
        <source>Choose where data goes in and where the answer comes out. The best guess is chosen already.</source>
        <translation>选择数据的入口和结果的出口。最佳推测已经选好。</translation>
    </message>
    <message>
        <source>Fill in open dimensions, and say what the numbers of the input mean.</source>
        <translation>填写未定的维度，并说明输入数值的含义。</translation>
    </message>
    <message>
        <source>Convert. Cancel stops it at once, and nothing half-written is left.</source>
        <translation>转换。取消会立即停止，不会留下写了一半的文件。</translation>
    </message>
    <message>
        <source>Read the verdict first. Then the picture, the numbers, the recipe.</source>
        <translation>先看结论，再看图、数字和配方。</translation>
    </message>
    <message>
        <source>open a file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>search the graph</source>
        <translation>搜索图</translation>
    </message>
    <message>
        <source>back and next</source>
        <translation>上一步和下一步</translation>
    </message>
    <message>
        <source>go to a step</source>
        <translation>转到某一步</translation>
    </message>
    <message>
        <source>show or hide the learn panel</source>
        <translation>显示或隐藏学习面板</translation>
    </message>
    <message>
        <source>this page</source>
        <translation>本页</translation>
    </message>
    <message>
        <source>How to use Coldpress</source>
        <translation>Coldpress 使用说明</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>HideButton</name>
    <message>
        <source>Hide what only training needs</source>
        <translation>隐藏仅训练需要的节点</translation>
    </message>
    <message>
        <source>Hide constants</source>
        <translation>隐藏常量</translation>
    </message>
    <message>
        <source>Hide identities</source>
        <translation>隐藏 Identity</translation>
    </message>
    <message>
        <source>Hide kinds of node</source>
        <translation>隐藏某类节点</translation>
    </message>
</context>
<context>
    <name>InputRow</name>
    <message>
        <source>real = (integer − mean) / std</source>
        <translation>实数 = (整数 − mean) / std</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>{name}, dimension {number}</source>
        <translation>{name}，第 {number} 维</translation>
    </message>
    <message>
        <source>fixed by the graph</source>
        <translation>由图固定</translation>
    </message>
    <message>
        <source>left open by the graph</source>
        <translation>图中未定</translation>
    </message>
    <message>
        <source>{name}, mean</source>
        <translation>{name}，mean</translation>
    </message>
    <message>
        <source>{name}, std</source>
        <translation>{name}，std</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>mean</translation>
    </message>
    <message>
        <source>std</source>
        <translation>std</translation>
    </message>
    <message>
        <source>0 … 255 stand for</source>
        <translation>0 … 255 表示</translation>
    </message>
    <message>
        <source>{name}, what the integers mean</source>
        <translation>{name}，整数的含义</translation>
    </message>
    <message>
        <source>to</source>
        <translation>到</translation>
    </message>
    <message>
        <source>{name}, real value that 0 stands for</source>
        <translation>{name}，0 所表示的实际值</translation>
    </message>
    <message>
        <source>{name}, real value that 255 stands for</source>
        <translation>{name}，255 所表示的实际值</translation>
    </message>
    <message>
        <source>own values</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>ImageNet, about</source>
        <translation>ImageNet（近似）</translation>
    </message>
</context>
<context>
    <name>InsideTab</name>
    <message>
        <source>input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Scale</translation>
    </message>
    <message>
        <source>Zero point</source>
        <translation>零点</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Inputs and outputs</source>
        <translation>输入和输出</translation>
    </message>
    <message>
        <source>Size by operation</source>
        <translation>按操作统计大小</translation>
    </message>
    <message>
        <source>Size by layer</source>
        <translation>按层统计大小</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>structure: tables, names, metadata</source>
        <translation>结构：表、名称、元数据</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
</context>
<context>
    <name>LatencyTab</name>
    <message>
        <source>Latency in each setting</source>
        <translation>各种设置下的耗时</translation>
    </message>
    <message>
        <source>Warm runs on this machine, on inputs of zeros. The line on a bar is the spread without a tenth on either side. A phone has other processors: compare, do not predict.</source>
        <translation>在本机上预热后运行，输入为零。条形上的细线为去掉两端各十分之一后的波动范围。手机的处理器不同：只宜比较，不宜预测。</translation>
    </message>
    <message>
        <source>default (XNNPACK)</source>
        <translation>默认（XNNPACK）</translation>
    </message>
    <message>
        <source>built-in, no delegate</source>
        <translation>内置，无委托</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Kernels</source>
        <translation>内核</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>中位数</translation>
    </message>
    <message>
        <source>Spread</source>
        <translation>波动范围</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>The same network as a float32 file has {size}; the result has {share} % of that.</source>
        <translation>同一网络的 float32 文件大小为 {size}；结果是它的 {share} %。</translation>
    </message>
</context>
<context>
    <name>LayerList</name>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>SNR</source>
        <translation>SNR</translation>
    </message>
    <message>
        <source>RMSE</source>
        <translation>RMSE</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>LayersTab</name>
    <message>
        <source>Layers, the one that loses most first</source>
        <translation>各层，损失最大的在前</translation>
    </message>
    <message>
        <source>Loss of each layer, in order of execution</source>
        <translation>各层的损失（按执行顺序）</translation>
    </message>
    <message>
        <source>Show in the tree</source>
        <translation>在树中显示</translation>
    </message>
    <message>
        <source>Show in Netron</source>
        <translation>在 Netron 中显示</translation>
    </message>
    <message>
        <source>No tensor exists on both sides, so layers cannot be compared.</source>
        <translation>两边没有共同的张量，无法逐层比较。</translation>
    </message>
</context>
<context>
    <name>Learn</name>
    <message>
        <source>The graph opened here has {nodes} nodes.</source>
        <translation>这里打开的图有 {nodes} 个节点。</translation>
    </message>
    <message>
        <source>Their values are apart, in a checkpoint of {variables} variables.</source>
        <translation>变量的值另存在检查点中，共 {variables} 个变量。</translation>
    </message>
    <message>
        <source>Graph, GraphDef, MetaGraphDef</source>
        <translation>Graph、GraphDef、MetaGraphDef</translation>
    </message>
    <message>
        <source>A &lt;b&gt;Graph&lt;/b&gt; lives in a running program: operations and the tensors between them.</source>
        <translation>&lt;b&gt;Graph&lt;/b&gt;（计算图）存在于运行中的程序里：操作，以及它们之间的张量。</translation>
    </message>
    <message>
        <source>Written down it is a &lt;b&gt;GraphDef&lt;/b&gt;: the nodes and how they are joined, no weights.</source>
        <translation>写成文件就是 &lt;b&gt;GraphDef&lt;/b&gt;（图定义）：节点及其连接方式，不含权重。</translation>
    </message>
    <message>
        <source>A &lt;b&gt;MetaGraphDef&lt;/b&gt; (&lt;code&gt;.meta&lt;/code&gt;) wraps a GraphDef and adds how to save and restore it (SaverDef), its collections and its signatures.</source>
        <translation>&lt;b&gt;MetaGraphDef&lt;/b&gt;（元图定义，&lt;code&gt;.meta&lt;/code&gt;）包含一个 GraphDef，并加上如何保存和恢复（SaverDef）、集合与签名。</translation>
    </message>
    <message>
        <source>A &lt;b&gt;checkpoint&lt;/b&gt; is the opposite: values of variables, no structure. A model needs both.</source>
        <translation>&lt;b&gt;检查点&lt;/b&gt;正相反：只有变量的值，没有结构。一个模型两者都需要。</translation>
    </message>
    <message>
        <source>Here {before} nodes become {after}.</source>
        <translation>这里节点数由 {before} 变为 {after}。</translation>
    </message>
    <message>
        <source>Why the eval graph</source>
        <translation>为什么要用推理图</translation>
    </message>
    <message>
        <source>A &lt;b&gt;train graph&lt;/b&gt; holds more than the model: gradients, optimizer, dropout, input queues.</source>
        <translation>&lt;b&gt;训练图&lt;/b&gt;里不只有模型，还有梯度、优化器、dropout 和输入队列。</translation>
    </message>
    <message>
        <source>Batch normalization uses the statistics of the &lt;i&gt;batch&lt;/i&gt; while training and &lt;i&gt;moving averages&lt;/i&gt; afterwards. Frozen in training mode the model converts without an error, and its answers are wrong.</source>
        <translation>批归一化在训练时使用&lt;i&gt;当前批次&lt;/i&gt;的统计量，训练后使用&lt;i&gt;滑动平均&lt;/i&gt;。如果以训练模式冻结，转换不会报错，但结果是错的。</translation>
    </message>
    <message>
        <source>The &lt;b&gt;eval graph&lt;/b&gt; is the forward pass alone. It is the one to quantize and to freeze.</source>
        <translation>&lt;b&gt;推理图&lt;/b&gt;只包含前向计算。要量化和冻结的是它。</translation>
    </message>
    <message>
        <source>Operation or tensor?</source>
        <translation>操作还是张量？</translation>
    </message>
    <message>
        <source>An &lt;b&gt;operation&lt;/b&gt; is a node of the graph: {operation}.</source>
        <translation>&lt;b&gt;操作&lt;/b&gt;是图中的一个节点：{operation}。</translation>
    </message>
    <message>
        <source>What flows out of it is a &lt;b&gt;tensor&lt;/b&gt;: {tensor} is its first output.</source>
        <translation>从它流出的是&lt;b&gt;张量&lt;/b&gt;：{tensor} 是它的第一个输出。</translation>
    </message>
    <message>
        <source>&lt;code&gt;freeze_graph&lt;/code&gt; wants operations (&lt;code&gt;--output_node_names&lt;/code&gt;); so does &lt;code&gt;toco&lt;/code&gt; (&lt;code&gt;--output_arrays&lt;/code&gt;). A &lt;code&gt;:0&lt;/code&gt; there gives the classic “is not in graph”. Here both are understood.</source>
        <translation>&lt;code&gt;freeze_graph&lt;/code&gt; 要的是操作名（&lt;code&gt;--output_node_names&lt;/code&gt;），&lt;code&gt;toco&lt;/code&gt; 也是（&lt;code&gt;--output_arrays&lt;/code&gt;）。在那里写 &lt;code&gt;:0&lt;/code&gt; 会得到经典的 “is not in graph”。这里两种写法都可以。</translation>
    </message>
    <message>
        <source>Two ways to integers</source>
        <translation>走向整数的两条路</translation>
    </message>
    <message>
        <source>&lt;b&gt;Quantization-aware training&lt;/b&gt; (QAT) practises with rounded numbers: the graph holds fake-quant nodes with learnt ranges. It converts to uint8 as it is.</source>
        <translation>&lt;b&gt;量化感知训练&lt;/b&gt;（QAT）在训练时就用取整后的数练习：图中有带学习范围的 fake quant 节点，可以直接转换为 uint8。</translation>
    </message>
    <message>
        <source>&lt;b&gt;Post-training quantization&lt;/b&gt; (PTQ) measures the ranges afterwards, on data that looks like what the model will see.</source>
        <translation>&lt;b&gt;训练后量化&lt;/b&gt;（PTQ）在训练之后，用与实际相似的数据测量范围。</translation>
    </message>
    <message>
        <source>&lt;b&gt;real = (integer − mean) / std&lt;/b&gt; says what an integer at the input means.</source>
        <translation>&lt;b&gt;实数 = (整数 − mean) / std&lt;/b&gt; 说明输入端的整数代表什么。</translation>
    </message>
    <message>
        <source>The shape of the input must be the same from beginning to end.</source>
        <translation>输入的形状必须自始至终保持一致。</translation>
    </message>
    <message>
        <source>Freeze, then press</source>
        <translation>先冻结，再压制</translation>
    </message>
    <message>
        <source>&lt;b&gt;Freezing&lt;/b&gt; puts the checkpoint’s values into the graph: variables become constants.</source>
        <translation>&lt;b&gt;冻结&lt;/b&gt;把检查点中的值放进图里：变量变成常量。</translation>
    </message>
    <message>
        <source>&lt;b&gt;TOCO&lt;/b&gt; turns the frozen graph into a &lt;code&gt;.tflite&lt;/code&gt; file. It runs in a process of its own, so that a crash in it cannot take this window down.</source>
        <translation>&lt;b&gt;TOCO&lt;/b&gt; 把冻结图变成 &lt;code&gt;.tflite&lt;/code&gt; 文件。它在独立的进程中运行，即使崩溃也不会影响本窗口。</translation>
    </message>
    <message>
        <source>Then both are given the same inputs and their answers are compared.</source>
        <translation>然后给两者相同的输入，比较它们的输出。</translation>
    </message>
    <message>
        <source>Is it still as good?</source>
        <translation>效果还一样好吗？</translation>
    </message>
    <message>
        <source>Frozen graph and result got the same inputs. What they answered is compared here.</source>
        <translation>冻结图和结果得到了相同的输入，这里比较它们的输出。</translation>
    </message>
    <message>
        <source>A quantized output can only be one of 256 values. A small distance, counted in steps (LSB), is expected; what matters is that the answer (argmax) and the accuracy stay.</source>
        <translation>量化后的输出只能取 256 个值之一。以步（LSB）计的小差距是正常的；重要的是答案（argmax）和准确率保持不变。</translation>
    </message>
    <message>
        <source>A file that converts cleanly can still be wrong. That is why this page begins with numbers.</source>
        <translation>顺利转换的文件仍可能是错的，所以本页先给出数字。</translation>
    </message>
</context>
<context>
    <name>LearnPanel</name>
    <message>
        <source>Learn</source>
        <translation>学习</translation>
    </message>
    <message>
        <source>Learn on this file …</source>
        <translation>用此文件学习 …</translation>
    </message>
    <message>
        <source>Hide the learn panel</source>
        <translation>隐藏学习面板</translation>
    </message>
</context>
<context>
    <name>LearnWindow</name>
    <message>
        <source>Learn on this file</source>
        <translation>用此文件学习</translation>
    </message>
    <message>
        <source>Anatomy of the file</source>
        <translation>文件的解剖</translation>
    </message>
    <message>
        <source>Which call writes what</source>
        <translation>哪个调用写什么</translation>
    </message>
    <message>
        <source>Operation or tensor?</source>
        <translation>操作还是张量？</translation>
    </message>
    <message>
        <source>QAT, PTQ and ranges</source>
        <translation>QAT、PTQ 与范围</translation>
    </message>
    <message>
        <source>Train graph and eval graph</source>
        <translation>训练图与推理图</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Call</source>
        <translation>调用</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Structure</source>
        <translation>结构</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>此处</translation>
    </message>
    <message>
        <source>● marks what lies in the open folder. Saver.save() calls export_meta_graph() too, unless told not to.</source>
        <translation>● 标出打开的文件夹中已有的文件。除非另有要求，Saver.save() 也会调用 export_meta_graph()。</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>转到(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>New window</source>
        <translation>新建窗口</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>试用示例</translation>
    </message>
    <message>
        <source>Open recipe…</source>
        <translation>打开配方…</translation>
    </message>
    <message>
        <source>Save recipe…</source>
        <translation>保存配方…</translation>
    </message>
    <message>
        <source>Close window</source>
        <translation>关闭窗口</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Learn panel</source>
        <translation>学习面板</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>How to use Coldpress</source>
        <translation>Coldpress 使用说明</translation>
    </message>
    <message>
        <source>Learn on this file</source>
        <translation>用此文件学习</translation>
    </message>
    <message>
        <source>Open the log file’s folder</source>
        <translation>打开日志所在文件夹</translation>
    </message>
    <message>
        <source>About Coldpress</source>
        <translation>关于 Coldpress</translation>
    </message>
</context>
<context>
    <name>NeighbourhoodView</name>
    <message>
        <source>not in the graph</source>
        <translation>不在图中</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>还有 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>reads {names}</source>
        <translation>读取 {names}</translation>
    </message>
    <message>
        <source>read by {names}</source>
        <translation>被 {names} 读取</translation>
    </message>
</context>
<context>
    <name>NetronView</name>
    <message>
        <source>Open in the browser</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>Picture of the model</source>
        <translation>模型图</translation>
    </message>
    <message>
        <source>Drawing {name} …</source>
        <translation>正在绘制 {name}…</translation>
    </message>
    <message>
        <source>QtWebEngine is not installed; the picture can be seen in the browser.</source>
        <translation>没有安装 QtWebEngine，可在浏览器中查看。</translation>
    </message>
    <message>
        <source>Netron could not be started: {why}</source>
        <translation>无法启动 Netron：{why}</translation>
    </message>
    <message>
        <source>This release of Netron has expired. Update it: pip install --upgrade netron</source>
        <translation>此版本的 Netron 已过期，请更新：pip install --upgrade netron</translation>
    </message>
    <message>
        <source>This release of Netron expires soon. Update it: pip install --upgrade netron</source>
        <translation>此版本的 Netron 即将过期，请更新：pip install --upgrade netron</translation>
    </message>
</context>
<context>
    <name>Node</name>
    <message>
        <source>Outputs</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Reads</source>
        <translation>读取</translation>
    </message>
    <message>
        <source>Read by</source>
        <translation>被读取</translation>
    </message>
    <message>
        <source>Waits for</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>Waited for by</source>
        <translation>等待它的节点</translation>
    </message>
    <message>
        <source>not in the graph</source>
        <translation>不在图中</translation>
    </message>
    <message>
        <source>needed for training only</source>
        <translation>仅训练需要</translation>
    </message>
</context>
<context>
    <name>NodeMenu</name>
    <message>
        <source>Use as the output</source>
        <translation>用作输出</translation>
    </message>
    <message>
        <source>Add to the outputs</source>
        <translation>加入输出</translation>
    </message>
    <message>
        <source>Use as the input</source>
        <translation>用作输入</translation>
    </message>
    <message>
        <source>Add to the inputs</source>
        <translation>加入输入</translation>
    </message>
    <message>
        <source>Do not use</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>Show in the tree</source>
        <translation>在树中显示</translation>
    </message>
    <message>
        <source>Copy operation name</source>
        <translation>复制操作名</translation>
    </message>
    <message>
        <source>Copy tensor name</source>
        <translation>复制张量名</translation>
    </message>
</context>
<context>
    <name>NodePanel</name>
    <message>
        <source>Select a node to see what it reads, who reads it and its attributes.</source>
        <translation>选择一个节点，查看它读取什么、被谁读取，以及它的属性。</translation>
    </message>
    <message>
        <source> · mean {mean} · std {std} · {zeros} zero · {strange} NaN or infinite</source>
        <translation> · 均值 {mean} · 标准差 {std} · 零 {zeros} 个 · NaN 或无穷 {strange} 个</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>影响</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Neighbours</source>
        <translation>邻居</translation>
    </message>
    <message>
        <source>Raw</source>
        <translation>原文</translation>
    </message>
    <message>
        <source>Node details</source>
        <translation>节点详情</translation>
    </message>
    <message>
        <source>Neighbours of the node</source>
        <translation>节点的邻居</translation>
    </message>
    <message>
        <source>NodeDef as text</source>
        <translation>NodeDef 文本</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>NumbersTab</name>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Reference against result</source>
        <translation>参考与结果</translation>
    </message>
    <message>
        <source>frozen graph</source>
        <translation>冻结图</translation>
    </message>
    <message>
        <source>result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>result − frozen graph</source>
        <translation>结果 − 冻结图</translation>
    </message>
    <message>
        <source>values</source>
        <translation>个数</translation>
    </message>
    <message>
        <source>{name}: cosine {cosine}, RMSE {rmse}</source>
        <translation>{name}：余弦 {cosine}，RMSE {rmse}</translation>
    </message>
    <message>
        <source>accuracy {before} % → {after} %</source>
        <translation>准确率 {before} % → {after} %</translation>
    </message>
    <message>
        <source>Against the same network without its ranges (what quantization as such costs):</source>
        <translation>与去掉 range 的同一网络相比（量化本身的代价）：</translation>
    </message>
</context>
<context>
    <name>Overview</name>
    <message>
        <source>Model files</source>
        <translation>模型文件</translation>
    </message>
    <message>
        <source>Eval graph</source>
        <translation>推理图</translation>
    </message>
    <message>
        <source>Inputs and outputs</source>
        <translation>输入和输出</translation>
    </message>
    <message>
        <source>Shapes and types</source>
        <translation>形状和类型</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>尚不可用</translation>
    </message>
    <message>
        <source>to be done</source>
        <translation>待完成</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>needs a look</source>
        <translation>需要查看</translation>
    </message>
    <message>
        <source>something is wrong</source>
        <translation>有问题</translation>
    </message>
    <message>
        <source>to be done again</source>
        <translation>需要重做</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>{inputs} in · {outputs} out</source>
        <translation>{inputs} 入 · {outputs} 出</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>out of date</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>not verified</source>
        <translation>未通过验证</translation>
    </message>
    <message>
        <source>not made yet</source>
        <translation>尚未生成</translation>
    </message>
    <message>
        <source>Checkpoint · graph</source>
        <translation>检查点 · 图</translation>
    </message>
    <message>
        <source>nothing open</source>
        <translation>尚未打开</translation>
    </message>
    <message>
        <source>Frozen graph</source>
        <translation>冻结图</translation>
    </message>
</context>
<context>
    <name>PointingLesson</name>
    <message>
        <source>x, x:0 or ^x</source>
        <translation>x、x:0 或 ^x</translation>
    </message>
    <message>
        <source>Name of an operation or of a tensor</source>
        <translation>操作或张量的名称</translation>
    </message>
    <message>
        <source>Open a model to point at its nodes.</source>
        <translation>打开一个模型，就可以指向其中的节点。</translation>
    </message>
    <message>
        <source>&lt;b&gt;{name}&lt;/b&gt; is not in the graph.</source>
        <translation>图中没有 &lt;b&gt;{name}&lt;/b&gt;。</translation>
    </message>
    <message>
        <source>&lt;b&gt;^&lt;/b&gt; before a name is a control input: wait until the operation {name} ({op}) is done, and take nothing from it.</source>
        <translation>名称前的 &lt;b&gt;^&lt;/b&gt; 表示控制输入：等操作 {name}（{op}）完成，但不从它取任何值。</translation>
    </message>
    <message>
        <source>{name} has no output {number}.</source>
        <translation>{name} 没有第 {number} 号输出。</translation>
    </message>
    <message>
        <source>{name} is an &lt;b&gt;operation&lt;/b&gt;: a node of the graph, of the kind {op}. This is what &lt;code&gt;freeze_graph --output_node_names&lt;/code&gt; wants.</source>
        <translation>{name} 是一个&lt;b&gt;操作&lt;/b&gt;：图中的节点，类型为 {op}。&lt;code&gt;freeze_graph --output_node_names&lt;/code&gt; 要的就是它。</translation>
    </message>
    <message>
        <source>{tensor} is a &lt;b&gt;tensor&lt;/b&gt;: output {number} of the operation {name} ({op}). Nodes that read it: {readers}.</source>
        <translation>{tensor} 是一个&lt;b&gt;张量&lt;/b&gt;：操作 {name}（{op}）的第 {number} 号输出。读取它的节点：{readers}。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>No tensor flows out of it.</source>
        <translation>没有张量从它流出。</translation>
    </message>
    <message>
        <source>What flows out of it: {tensors}.</source>
        <translation>从它流出的：{tensors}。</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ProofCard</name>
    <message>
        <source>Train graph against eval graph</source>
        <translation>训练图与推理图对照</translation>
    </message>
</context>
<context>
    <name>QuantizerLesson</name>
    <message>
        <source>Range &lt;b&gt;{low} … {high}&lt;/b&gt;: one step is &lt;b&gt;{scale}&lt;/b&gt;, the zero point is &lt;b&gt;{zero}&lt;/b&gt;. For example {real} becomes the integer {integer}, which means {value}. What lies beyond the range is cut off; a wider range cuts less, and rounds more coarsely.</source>
        <translation>范围 &lt;b&gt;{low} … {high}&lt;/b&gt;：步长为 &lt;b&gt;{scale}&lt;/b&gt;，零点为 &lt;b&gt;{zero}&lt;/b&gt;。例如 {real} 变成整数 {integer}，表示 {value}。超出范围的值被截断；范围越宽，截断越少，舍入越粗。</translation>
    </message>
    <message>
        <source>Least value</source>
        <translation>最小值</translation>
    </message>
    <message>
        <source>Greatest value</source>
        <translation>最大值</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>位数</translation>
    </message>
    <message>
        <source>What is left of a real value</source>
        <translation>实数量化后还剩什么</translation>
    </message>
</context>
<context>
    <name>RangeRows</name>
    <message>
        <source>Training left these tensors without a range. Give each its least and greatest value (0 between them): a guess, and the report says so.</source>
        <translation>训练没有给这些张量留下范围。请为每个张量填写最小值和最大值（须包含 0）：这只是猜测，报告中会注明。</translation>
    </message>
    <message>
        <source>and {count} more: so many ranges are better learnt in training</source>
        <translation>还有 {count} 个：这么多范围最好由训练得出</translation>
    </message>
    <message>
        <source>least</source>
        <translation>最小</translation>
    </message>
    <message>
        <source>greatest</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>{name}, least value</source>
        <translation>{name}，最小值</translation>
    </message>
    <message>
        <source>{name}, greatest value</source>
        <translation>{name}，最大值</translation>
    </message>
</context>
<context>
    <name>ResultPage</name>
    <message>
        <source>Everything is in {folder}.</source>
        <translation>全部文件都在 {folder} 中。</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>The frozen graph and the result got the same inputs. This is how their answers compare.</source>
        <translation>冻结图和结果得到了相同的输入，以下是两者输出的比较。</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>逐层</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>耗时</translation>
    </message>
    <message>
        <source>All types</source>
        <translation>所有类型</translation>
    </message>
    <message>
        <source>Netron: result</source>
        <translation>Netron：结果</translation>
    </message>
    <message>
        <source>Netron: frozen graph</source>
        <translation>Netron：冻结图</translation>
    </message>
    <message>
        <source>Inside the file</source>
        <translation>文件内容</translation>
    </message>
    <message>
        <source>{name} did not pass the verification, and was not put in place.</source>
        <translation>{name} 未通过验证，未写入目标位置。</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Commands and recipe</source>
        <translation>命令和配方</translation>
    </message>
    <message>
        <source>Details of the result</source>
        <translation>结果详情</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Which text</source>
        <translation>选择文本</translation>
    </message>
    <message>
        <source>Nothing was printed.</source>
        <translation>没有任何输出。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Copy commands</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>Save everything…</source>
        <translation>保存全部…</translation>
    </message>
    <message>
        <source>Save recipe…</source>
        <translation>保存配方…</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>{name} does what the frozen graph does.</source>
        <translation>{name} 与冻结图的行为一致。</translation>
    </message>
    <message>
        <source>Not verified</source>
        <translation>未验证</translation>
    </message>
    <message>
        <source>{name} was made, but it could not be run here.</source>
        <translation>{name} 已生成，但无法在本机运行。</translation>
    </message>
    <message>
        <source>Not good enough</source>
        <translation>未达标</translation>
    </message>
    <message>
        <source>Out of date</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Something was changed since {name} was made. Convert again.</source>
        <translation>生成 {name} 之后又做了修改，请重新转换。</translation>
    </message>
    <message>
        <source>The report is in {folder}.</source>
        <translation>报告位于 {folder}。</translation>
    </message>
    <message>
        <source>Copied. The files that the commands read are in {folder}.</source>
        <translation>已复制。命令读取的文件在 {folder} 中。</translation>
    </message>
    <message>
        <source>Save everything in a folder</source>
        <translation>将全部文件保存到文件夹</translation>
    </message>
    <message>
        <source>Web page (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Search names, operations, types, shapes</source>
        <translation>搜索名称、操作、类型、形状</translation>
    </message>
    <message>
        <source>Search the graph</source>
        <translation>搜索图</translation>
    </message>
    <message>
        <source>How the search text is read</source>
        <translation>搜索方式</translation>
    </message>
    <message>
        <source>Previous hit (Shift+F3)</source>
        <translation>上一个匹配（Shift+F3）</translation>
    </message>
    <message>
        <source>Next hit (F3)</source>
        <translation>下一个匹配（F3）</translation>
    </message>
    <message>
        <source>words</source>
        <translation>关键词</translation>
    </message>
    <message>
        <source>glob</source>
        <translation>通配符</translation>
    </message>
    <message>
        <source>regex</source>
        <translation>正则</translation>
    </message>
</context>
<context>
    <name>ShapeNote</name>
    <message>
        <source>✗ The shapes do not fit; see below.</source>
        <translation>✗ 形状不符，见下。</translation>
    </message>
    <message>
        <source>Following the shapes through the graph …</source>
        <translation>正在沿着图推算形状……</translation>
    </message>
    <message>
        <source>✓ The shapes fit through the graph; out comes {outputs}.</source>
        <translation>✓ 形状在全图中相符；输出为 {outputs}。</translation>
    </message>
</context>
<context>
    <name>SlotCard</name>
    <message>
        <source>Nothing chosen. Double-click a node, or drag it here.</source>
        <translation>尚未选择。双击节点，或把它拖到这里。</translation>
    </message>
    <message numerus="yes">
        <source>%n more suggestion(s)</source>
        <translation>
            <numerusform>还有 %n 个建议</numerusform>
        </translation>
    </message>
    <message>
        <source>Back to the suggestion</source>
        <translation>恢复建议</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>追加</translation>
    </message>
</context>
<context>
    <name>StepList</name>
    <message>
        <source>waiting</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>Read the files</source>
        <translation>读取文件</translation>
    </message>
    <message>
        <source>Make the eval graph</source>
        <translation>生成推理图</translation>
    </message>
    <message>
        <source>Check shapes and operations</source>
        <translation>检查形状和算子</translation>
    </message>
    <message>
        <source>Freeze</source>
        <translation>冻结</translation>
    </message>
    <message>
        <source>Prove the eval graph</source>
        <translation>证明推理图</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Check the result</source>
        <translation>检查结果</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
</context>
<context>
    <name>TypeChoice</name>
    <message>
        <source>float32</source>
        <translation>float32</translation>
    </message>
    <message>
        <source>float16 weights</source>
        <translation>float16 权重</translation>
    </message>
    <message>
        <source>dynamic range</source>
        <translation>动态范围</translation>
    </message>
    <message>
        <source>uint8 from QAT</source>
        <translation>uint8（QAT）</translation>
    </message>
    <message>
        <source>int8</source>
        <translation>int8</translation>
    </message>
    <message>
        <source>int16 × int8</source>
        <translation>int16 × int8</translation>
    </message>
    <message>
        <source>as trained; the largest file, no loss</source>
        <translation>与训练时相同；文件最大，没有损失</translation>
    </message>
    <message>
        <source>half the size, computes in float</source>
        <translation>大小减半，以浮点计算</translation>
    </message>
    <message>
        <source>8-bit weights, a quarter of the size, no data needed</source>
        <translation>8 位权重，大小为四分之一，不需要数据</translation>
    </message>
    <message>
        <source>integers throughout, with the ranges that training learnt</source>
        <translation>全整数，使用训练学到的范围</translation>
    </message>
    <message>
        <source>integers throughout, ranges measured on representative data</source>
        <translation>全整数，范围由代表性数据测得</translation>
    </message>
    <message>
        <source>16-bit activations for models that int8 hurts too much</source>
        <translation>16 位激活，适合 int8 损失过大的模型</translation>
    </message>
</context>
<context>
    <name>TypesPage</name>
    <message>
        <source>Shapes and types</source>
        <translation>形状和类型</translation>
    </message>
    <message>
        <source>What goes in, how large, and in which numbers the result computes.</source>
        <translation>输入是什么、多大，结果用哪种数计算。</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>How the result computes</source>
        <translation>结果如何计算</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Name of the result</source>
        <translation>结果文件名</translation>
    </message>
    <message>
        <source>Inputs as</source>
        <translation>输入类型</translation>
    </message>
    <message>
        <source>Outputs as</source>
        <translation>输出类型</translation>
    </message>
    <message>
        <source>Type of the inputs</source>
        <translation>输入的类型</translation>
    </message>
    <message>
        <source>Type of the outputs</source>
        <translation>输出的类型</translation>
    </message>
    <message>
        <source>Let TensorFlow’s own kernels fill gaps (select TF ops)</source>
        <translation>用 TensorFlow 自带的 kernel 补足（select TF ops）</translation>
    </message>
    <message>
        <source>Keep operations that TFLite does not know (custom ops)</source>
        <translation>保留 TFLite 不认识的操作（custom ops）</translation>
    </message>
    <message>
        <source>Choose a file …</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Choose a folder of images …</source>
        <translation>选择图片文件夹…</translation>
    </message>
    <message>
        <source>Representative data for calibration: .npy, .npz, or a folder of images</source>
        <translation>校准用的代表性数据：.npy、.npz 或图片文件夹</translation>
    </message>
    <message>
        <source>Data for the verification (.npz, optionally with labels); without it, random inputs in the valid range</source>
        <translation>验证数据（.npz，可带 labels）；不提供则使用有效范围内的随机输入</translation>
    </message>
    <message>
        <source>Representative data</source>
        <translation>代表性数据</translation>
    </message>
    <message>
        <source>Data for the verification</source>
        <translation>验证数据</translation>
    </message>
</context>
<context>
    <name>ValuePreview</name>
    <message>
        <source>Test picture: no data chosen yet.</source>
        <translation>测试图片：尚未选择数据。</translation>
    </message>
    <message>
        <source>First sample of the data.</source>
        <translation>数据中的第一个样本。</translation>
    </message>
    <message>
        <source>The network gets values from {low} to {high}, {mean} on average.</source>
        <translation>网络得到的数值从 {low} 到 {high}，平均 {mean}。</translation>
    </message>
    <message>
        <source>{tensor}, preview of a sample</source>
        <translation>{tensor}，样本预览</translation>
    </message>
    <message>
        <source>✗ {share} of the values lie beyond what 0 … 255 can mean: cut off.</source>
        <translation>✗ {share} 的数值超出 0 … 255 所能表示的范围，会被截掉。</translation>
    </message>
    <message>
        <source>✓ Fits what training saw: {low} to {high}.</source>
        <translation>✓ 与训练时所见相符：{low} 到 {high}。</translation>
    </message>
    <message>
        <source>✗ Training saw {low} to {high}: mean and std do not fit.</source>
        <translation>✗ 训练时所见为 {low} 到 {high}：mean 和 std 不符。</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>argmax agreement {share} %</source>
        <translation>argmax 一致率 {share} %</translation>
    </message>
    <message>
        <source>accuracy {before} % → {after} %</source>
        <translation>准确率 {before} % → {after} %</translation>
    </message>
    <message>
        <source>random inputs</source>
        <translation>随机输入</translation>
    </message>
    <message>
        <source>your data</source>
        <translation>您的数据</translation>
    </message>
    <message>
        <source>worst difference {error}</source>
        <translation>最大差值 {error}</translation>
    </message>
    <message>
        <source> ({steps} steps)</source>
        <translation>（{steps} 步）</translation>
    </message>
    <message>
        <source>cosine {value}</source>
        <translation>余弦 {value}</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
</context>
<context>
    <name>Wizard</name>
    <message>
        <source>Coldpress</source>
        <translation>Coldpress</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Convert another</source>
        <translation>转换另一个</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
</context>
</TS>
