using Weighhouse.Kernel;

namespace Weighhouse.Onnx.Sessions;

/// <summary>Values against the model's signature, before the runtime sees them: its own messages name neither limit nor cure.</summary>
internal static class CallChecks
{
    public static Error? Input(OnnxPort port, OnnxElementType type, ReadOnlySpan<long> shape, long bytes)
    {
        if (port.Type.Kind is not OnnxKind.Tensor || type.Bits() == 0)
            return Error.Invalid($"'{port.Name}' is {port.Type}; bytes cannot stand for it: give a value.", port.Name);
        if (Shape(port, shape) is { } wrong) return wrong;
        var needed = type.BytesOf(OnnxElementTypes.CountOf(shape));
        return needed != bytes
            ? Error.Invalid(
                $"'{port.Name}' as {type}[{OnnxValue.Show(shape)}] takes {(needed < 0 ? "more bytes than there are" : $"{needed} bytes")}, "
                + $"and {bytes} were given.", port.Name)
            : null;
    }

    public static Error? Input(OnnxPort port, OnnxValue value)
    {
        value.RequireAlive();
        if (port.Type.Kind is OnnxKind.Optional or OnnxKind.Unknown) return null;
        if (value.Kind != port.Type.Kind || (value.Kind is OnnxKind.Tensor && value.ElementType != port.Type.ElementType))
        {
            var given = value.Kind is OnnxKind.Tensor ? $"{value.ElementType}[{OnnxValue.Show(value.Shape)}]" : $"{value.Kind}";
            return Error.Invalid($"'{port.Name}' is {port.Type}, and {given} was given.", port.Name);
        }

        return value.Kind is OnnxKind.Tensor ? Shape(port, value.Shape) : null;
    }

    public static Error Missing(OnnxPort port) => Error.Invalid($"The input '{port.Name}' is missing; it is {port.Type}.", port.Name);

    private static Error? Shape(OnnxPort port, ReadOnlySpan<long> shape)
    {
        if (port.Type.Shape is not { } declared) return null;
        var fits = declared.Count == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
            fits = shape[i] >= 0 && (declared[i].Size is not { } size || size == shape[i]);
        return fits ? null : Error.Invalid($"'{port.Name}' is {port.Type}, and the shape [{OnnxValue.Show(shape)}] was given.", port.Name);
    }
}
