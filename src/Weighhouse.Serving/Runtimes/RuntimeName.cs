namespace Weighhouse.Serving.Runtimes;

/// <summary>What runs models, by the names that routes and answers use.</summary>
internal static class RuntimeName
{
    public const string Onnx = "onnx";

    public const string Python = "python";

    public static readonly IReadOnlyList<string> All = [Onnx, Python];
}
