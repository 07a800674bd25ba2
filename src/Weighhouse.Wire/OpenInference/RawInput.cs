using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Wire.OpenInference;

/// <summary>A body without JSON: the bytes of a model's only input, whose one free dimension is as large as they make it.</summary>
internal static class RawInput
{
    public static Error? Read(InferenceRequest request, Memory<byte> body)
    {
        var model = request.Version.Deployment;
        if (request.Shape.Inputs is not [{ } port])
            return Error.Invalid($"a raw request is for a model with one input; model '{model}' has {request.Shape.Inputs.Count}");
        if (port.Element is ElementType.Text)
        {
            // One text, with its length before it, as in binary data.
            long[] one = [.. (port.Dimensions ?? [1]).Select(static size => size < 0 ? 1 : size)];
            return BinaryTensors.SetTexts(request, 0, one, body, ElementTypes.CountOf(one));
        }

        if (port.Dimensions is null || port.Dimensions.Count(static size => size < 0) > 1)
            return Error.Invalid($"a raw request is for an input with at most one free dimension; '{port.Name}' has more");
        var known = ElementTypes.CountOf([.. port.Dimensions.Where(static size => size >= 0)]);
        var row = (long)known * port.Element.Width();
        var free = row > 0 ? body.Length / row : 0;
        long[] shape = [.. port.Dimensions.Select(size => size < 0 ? free : size)];
        return BinaryTensors.Set(request, 0, port.Element, shape, body, ElementTypes.CountOf(shape), offset: 0);
    }
}
