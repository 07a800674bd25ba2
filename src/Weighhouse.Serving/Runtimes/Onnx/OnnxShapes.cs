using Weighhouse.Kernel;
using Weighhouse.Onnx;

namespace Weighhouse.Serving.Runtimes.Onnx;

/// <summary>From ONNX's types to neutral ones.</summary>
internal static class OnnxShapes
{
    public static Result<ModelShape> Read(OnnxSession session)
    {
        var inputs = new List<PortShape>(session.Inputs.Count);
        foreach (var port in session.Inputs)
        {
            if (port.Type.Kind is not OnnxKind.Tensor || Element(port.Type.ElementType) is not { } element)
                return Error.Invalid($"The input '{port.Name}' is a {port.Type}, which no request can carry; give the model tensors.");
            inputs.Add(Port(port, element));
        }

        var outputs = new List<PortShape>(session.Outputs.Count);
        foreach (var port in session.Outputs)
        {
            if (port.Type.Kind is OnnxKind.Tensor && Element(port.Type.ElementType) is { } element) outputs.Add(Port(port, element));
            else if (IsScores(port.Type)) outputs.Add(new PortShape(port.Name, ElementType.Float32, [-1, -1]));
            else return Error.Invalid($"The output '{port.Name}' is a {port.Type}, which no answer can carry; let the model give tensors.");
        }

        return new ModelShape(inputs, outputs);
    }

    /// <summary>
    /// A list of classes with their scores for each row, as converters of scikit-learn write it: it becomes one row of scores each.
    /// </summary>
    public static bool IsScores(OnnxType type) =>
        type is { Kind: OnnxKind.Sequence, Inner: { Kind: OnnxKind.Map, Inner.Kind: OnnxKind.Tensor } map }
        && map.Inner.ElementType is OnnxElementType.Float32;

    public static ElementType? Element(OnnxElementType type) => type switch
    {
        OnnxElementType.Bool => ElementType.Bool,
        OnnxElementType.UInt8 => ElementType.UInt8,
        OnnxElementType.UInt16 => ElementType.UInt16,
        OnnxElementType.UInt32 => ElementType.UInt32,
        OnnxElementType.UInt64 => ElementType.UInt64,
        OnnxElementType.Int8 => ElementType.Int8,
        OnnxElementType.Int16 => ElementType.Int16,
        OnnxElementType.Int32 => ElementType.Int32,
        OnnxElementType.Int64 => ElementType.Int64,
        OnnxElementType.Float16 => ElementType.Float16,
        OnnxElementType.BFloat16 => ElementType.BFloat16,
        OnnxElementType.Float32 => ElementType.Float32,
        OnnxElementType.Float64 => ElementType.Float64,
        OnnxElementType.String => ElementType.Text,
        _ => null,
    };

    private static PortShape Port(OnnxPort port, ElementType element) => new(
        port.Name,
        element,
        port.Type.Shape?.Select(static dimension => dimension.Size ?? -1).ToList(),
        port.Type.Shape?.Select(static dimension => dimension.Name).ToList());
}
