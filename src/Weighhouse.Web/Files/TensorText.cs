using Weighhouse.Versioning;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.Files;

/// <summary>Type and shape of a tensor as people write them: F32 [64 × 128].</summary>
internal static class TensorText
{
    public static string Of(TensorFacts? tensor) =>
        tensor is null ? "–" : $"{tensor.DataType} {Shape(tensor)}, {FormatText.Bytes(tensor.SizeBytes)}";

    public static string Shape(TensorFacts tensor) => $"[{string.Join(" × ", tensor.Shape)}]";
}
