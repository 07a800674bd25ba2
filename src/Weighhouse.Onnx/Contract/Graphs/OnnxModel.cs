using Weighhouse.Kernel;
using Weighhouse.Onnx.ExternalData;
using Weighhouse.Onnx.Format;

namespace Weighhouse.Onnx.Graphs;

/// <summary>A model as its file says it, readable and writable without the native library.</summary>
public sealed class OnnxModel
{
    /// <summary>10 is what ONNX 1.16 writes; every runtime since 2024 reads it.</summary>
    public long IrVersion { get; set; } = 10;

    public string Producer { get; set; } = "weighhouse";

    public string ProducerVersion { get; set; } = "";

    public string Domain { get; set; } = "";

    public long ModelVersion { get; set; }

    public string Description { get; set; } = "";

    /// <summary>The version of each set of operators, by domain; "" is ONNX's own.</summary>
    public List<OnnxOperatorSet> OperatorSets { get; } = [];

    /// <summary>Free facts, such as who made it.</summary>
    public List<KeyValuePair<string, string>> Metadata { get; } = [];

    public OnnxGraph Graph { get; } = new();

    /// <summary>Functions of the model's own, as bodies of nodes.</summary>
    public List<OnnxFunction> Functions { get; } = [];

    /// <summary>
    /// Reads a model. Weights are not copied: they are windows onto <paramref name="bytes"/>. What does not keep to the format or to
    /// the limits is refused.
    /// </summary>
    public static Result<OnnxModel> Read(ReadOnlyMemory<byte> bytes, OnnxReadLimits? limits = null) =>
        ModelReader.Read(bytes, limits ?? OnnxReadLimits.Default);

    /// <summary>
    /// The other files that hold weights, from the model's folder down: what must come with it when it is uploaded. Refused when one would
    /// lie outside of the folder, or is named where the runtime would look for it by itself.
    /// </summary>
    public Result<IReadOnlyList<string>> ExternalFiles() => ExternalLocation.Find(this).Map<IReadOnlyList<string>>(
        tensors => [.. tensors.Select(tensor => tensor.External!.Location).Distinct(StringComparer.Ordinal)]);

    public byte[] ToBytes() => ModelWriter.Write(this);
}

/// <param name="Domain">"" is ONNX's own.</param>
public sealed record OnnxOperatorSet(string Domain, long Version);

/// <summary>A function of the model's own. Its nodes may name its inputs and outputs.</summary>
public sealed class OnnxFunction
{
    public string Name { get; set; } = "";

    public string Domain { get; set; } = "";

    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public List<OnnxNode> Nodes { get; } = [];

    public List<OnnxOperatorSet> OperatorSets { get; } = [];
}

/// <summary>How much of a file is believed.</summary>
public sealed record OnnxReadLimits
{
    public static readonly OnnxReadLimits Default = new();

    /// <value>2,147,483,647 bytes: no message of protocol buffers may be longer.</value>
    public long BytesMax { get; init; } = int.MaxValue;

    /// <value>
    /// 1,000,000 nodes, tensors, attributes, names, dimensions and entries together. The largest published models have 400,000; an entry
    /// takes two bytes in a file and two hundred in memory, and so a small file could otherwise take all of it.
    /// </value>
    public int PartsMax { get; init; } = 1_000_000;

    /// <value>64,000,000 numbers and texts in lists, half a gigabyte in memory. A forest of a million places has ten million.</value>
    public int ListedMax { get; init; } = 64_000_000;

    /// <value>24 graphs inside graphs (of branches and loops), or types inside types. Real models have three.</value>
    public int DepthMax { get; init; } = 24;
}
