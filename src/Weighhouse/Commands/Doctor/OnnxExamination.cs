using Weighhouse.Onnx;

namespace Weighhouse.Commands.Doctor;

/// <summary>Which ONNX Runtime this program has, and whether it computes a model of three nodes rightly.</summary>
internal static class OnnxExamination
{
    private const string Cpu = "CPUExecutionProvider";

    public static Finding Check()
    {
        if (!OnnxRuntime.Start().TryGet(out var runtime, out var error)) return Missing(error.Message);
        var others = runtime.Providers.Where(provider => provider != Cpu).ToList();
        var processors = others.Count > 0 ? $"; besides the CPU: {string.Join(", ", others)}" : "";
        return new Finding("onnx runtime", Verdict.Good, OnnxRuntime.Describe().Value + processors);
    }

    /// <summary>Everything but models of this kind works without; the last sentence of the message is the cure.</summary>
    private static Finding Missing(string message)
    {
        var text = message.TrimEnd('.');
        var at = text.LastIndexOf(". ", StringComparison.Ordinal);
        return at < 0
            ? new Finding("onnx runtime", Verdict.Warning, text)
            : new Finding("onnx runtime", Verdict.Warning, text[..at], char.ToLowerInvariant(text[at + 2]) + text[(at + 3)..]);
    }
}
