using System.Text;

namespace Weighhouse.Serving;

/// <summary>One input or output of a model.</summary>
/// <param name="Dimensions">-1 where any size will do; null when even their number is free.</param>
/// <param name="DimensionNames">What the model calls a free dimension, "batch" for example; null where it has no name.</param>
public sealed record PortShape(
    string Name, ElementType Element, IReadOnlyList<long>? Dimensions, IReadOnlyList<string?>? DimensionNames = null)
{
    /// <summary>Whether a tensor of this shape can be given.</summary>
    public bool Accepts(ReadOnlySpan<long> shape)
    {
        if (Dimensions is null) return true;
        if (Dimensions.Count != shape.Length) return false;
        for (var i = 0; i < shape.Length; i++)
            if (Dimensions[i] >= 0 && Dimensions[i] != shape[i]) return false;
        return true;
    }
}

/// <summary>What a loaded model takes and gives. Requests and replies number inputs and outputs by their place here.</summary>
public sealed class ModelShape(IReadOnlyList<PortShape> inputs, IReadOnlyList<PortShape> outputs)
{
    private readonly byte[][] _inputNames = NamesOf(inputs);
    private readonly byte[][] _outputNames = NamesOf(outputs);

    public IReadOnlyList<PortShape> Inputs { get; } = inputs;

    public IReadOnlyList<PortShape> Outputs { get; } = outputs;

    /// <summary>The place of the input of this name; -1 when there is none.</summary>
    public int FindInput(ReadOnlySpan<byte> utf8Name) => Find(_inputNames, utf8Name);

    /// <summary>The place of the output of this name; -1 when there is none.</summary>
    public int FindOutput(ReadOnlySpan<byte> utf8Name) => Find(_outputNames, utf8Name);

    /// <summary>The name as a request or an answer spells it, in UTF-8.</summary>
    public ReadOnlySpan<byte> InputName(int input) => _inputNames[input];

    public ReadOnlySpan<byte> OutputName(int output) => _outputNames[output];

    private static byte[][] NamesOf(IReadOnlyList<PortShape> ports) => [.. ports.Select(port => Encoding.UTF8.GetBytes(port.Name))];

    private static int Find(byte[][] names, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < names.Length; i++)
            if (name.SequenceEqual(names[i])) return i;
        return -1;
    }
}
