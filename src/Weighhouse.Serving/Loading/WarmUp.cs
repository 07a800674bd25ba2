using System.Diagnostics.CodeAnalysis;

namespace Weighhouse.Serving.Loading;

/// <summary>One row of zeros and empty texts.</summary>
internal static class WarmUp
{
    /// <summary>64 MiB of zeros: what needs more is not made to be warm.</summary>
    private const int BytesMax = 64 << 20;

    public static bool TryMake(ServedVersion version, [NotNullWhen(true)] out InferenceRequest? request)
    {
        request = new InferenceRequest(version, null);
        for (var i = 0; i < version.Shape.Inputs.Count; i++)
        {
            var port = version.Shape.Inputs[i];
            long[] shape = [.. (port.Dimensions ?? [1]).Select(static size => size < 0 ? 1 : size)];
            var count = ElementTypes.CountOf(shape);
            if (count < 0 || (long)count * port.Element.Width() > BytesMax)
            {
                request.Dispose();
                request = null;
                return false;
            }

            if (port.Element is ElementType.Text)
            {
                var texts = request.RentSlices(count);
                texts.Span.Clear();
                request.SetTexts(i, shape, default, texts);
                continue;
            }

            var zeros = request.Rent(count * port.Element.Width());
            zeros.Span.Clear();
            request.Set(i, port.Element, shape, zeros);
        }

        return true;
    }
}
