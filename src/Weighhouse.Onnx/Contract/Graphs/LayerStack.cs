using Weighhouse.Kernel;

namespace Weighhouse.Onnx.Graphs;

/// <summary>
/// A model of layers that follow one another: regressions, perceptrons, convolutional networks. Each method adds one and gives the stack
/// back; the first dimension is the batch and stays free.
/// </summary>
public sealed class LayerStack
{
    /// <summary>Of 2021; every runtime in use knows it.</summary>
    private const int Opset = 13;

    private static readonly OnnxDimension Batch = new(null, "batch");

    private readonly OnnxModel _model = new() { IrVersion = 8 };
    private string _last;
    private int _layers;

    /// <param name="input">Its name.</param>
    /// <param name="sizes">Of one row: its features, or its channels, height and width.</param>
    public LayerStack(string input, params ReadOnlySpan<long> sizes)
    {
        _last = input;
        _model.OperatorSets.Add(new OnnxOperatorSet("", Opset));
        _model.Graph.Inputs.Add(new OnnxPort(input, OnnxType.Tensor(OnnxElementType.Float32, [Batch, .. Dimensions(sizes)])));
    }

    /// <summary>Takes the mean off each feature and multiplies by the scale.</summary>
    public LayerStack Normalize(ReadOnlySpan<float> mean, ReadOnlySpan<float> scale)
    {
        var (shift, factor) = (Weight("mean", [mean.Length], mean), Weight("scale", [scale.Length], scale));
        return Layer("Sub", [shift]).Layer("Mul", [factor]);
    }

    /// <summary>x · weights + bias.</summary>
    /// <param name="weights">Row by row: one row for each feature, one column for each output.</param>
    /// <param name="bias">One for each output.</param>
    public LayerStack Dense(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        Invariant.That(bias.Length > 0 && weights.Length % bias.Length == 0);
        long[] shape = [weights.Length / bias.Length, bias.Length];
        return Layer("Gemm", [Weight("weights", shape, weights), Weight("bias", [bias.Length], bias)]);
    }

    /// <param name="filters">Output channels × input channels × height × width.</param>
    /// <param name="shape">Those four sizes.</param>
    /// <param name="bias">One for each output channel.</param>
    /// <param name="stride">Both ways.</param>
    /// <param name="padding">Zeros around, on all sides.</param>
    public LayerStack Convolution(
        ReadOnlySpan<float> filters, ReadOnlySpan<long> shape, ReadOnlySpan<float> bias, int stride = 1, int padding = 0) =>
        Layer("Conv", [Weight("filters", shape, filters), Weight("bias", [bias.Length], bias)],
            OnnxAttribute.Of("kernel_shape", [shape[2], shape[3]]), OnnxAttribute.Of("strides", [(long)stride, stride]),
            OnnxAttribute.Of("pads", [(long)padding, padding, padding, padding]));

    /// <summary>The largest of each square.</summary>
    public LayerStack MaxPool(int size, int stride) => Layer(
        "MaxPool", [], OnnxAttribute.Of("kernel_shape", [(long)size, size]), OnnxAttribute.Of("strides", [(long)stride, stride]));

    public LayerStack Flatten() => Layer("Flatten", [], OnnxAttribute.Of("axis", 1));

    public LayerStack Relu() => Layer("Relu", []);

    public LayerStack Sigmoid() => Layer("Sigmoid", []);

    public LayerStack Tanh() => Layer("Tanh", []);

    public LayerStack Softmax() => Layer("Softmax", [], OnnxAttribute.Of("axis", 1));

    /// <summary>What the layers so far make is an output of the model; more layers may follow.</summary>
    public LayerStack Output(string name, params ReadOnlySpan<long> sizes)
    {
        _model.Graph.Add(OnnxNode.Of("Identity", [_last], [name]));
        _model.Graph.Outputs.Add(new OnnxPort(name, OnnxType.Tensor(OnnxElementType.Float32, [Batch, .. Dimensions(sizes)])));
        return this;
    }

    /// <summary>Which column is the largest is an output of the model, as its number.</summary>
    public LayerStack Label(string name)
    {
        _model.Graph.Add(OnnxNode.Of("ArgMax", [_last], [name], OnnxAttribute.Of("axis", 1), OnnxAttribute.Of("keepdims", 0)));
        _model.Graph.Outputs.Add(new OnnxPort(name, OnnxType.Tensor(OnnxElementType.Int64, Batch)));
        return this;
    }

    /// <summary>Which column is the largest is an output of the model, as one of these words.</summary>
    public LayerStack Label(string name, params ReadOnlySpan<string> words)
    {
        _model.Graph.Weights.Add(OnnxTensor.Of(name + ".words", [words.Length], words));
        _model.Graph.Add(OnnxNode.Of(
            "ArgMax", [_last], [name + ".number"], OnnxAttribute.Of("axis", 1), OnnxAttribute.Of("keepdims", 0)));
        _model.Graph.Add(OnnxNode.Of("Gather", [name + ".words", name + ".number"], [name]));
        _model.Graph.Outputs.Add(new OnnxPort(name, OnnxType.Tensor(OnnxElementType.String, Batch)));
        return this;
    }

    public OnnxModel ToModel() => _model;

    private static IEnumerable<OnnxDimension> Dimensions(ReadOnlySpan<long> sizes) =>
        sizes.ToArray().Select(size => new OnnxDimension(size));

    private LayerStack Layer(string operatorName, ReadOnlySpan<string> weights, params OnnxAttribute[] attributes)
    {
        var output = $"{operatorName}.{++_layers}";
        _model.Graph.Add(OnnxNode.Of(operatorName, [_last, .. weights], [output], attributes));
        _last = output;
        return this;
    }

    private string Weight(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        var tensor = OnnxTensor.Of($"{name}.{_layers + 1}", shape, values);
        _model.Graph.Weights.Add(tensor);
        return tensor.Name;
    }
}
