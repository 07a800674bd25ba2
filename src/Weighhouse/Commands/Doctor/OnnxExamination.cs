using Weighhouse.Onnx;

namespace Weighhouse.Commands.Doctor;

/// <summary>Which ONNX Runtime this program has, and whether it computes a model of three nodes rightly.</summary>
internal static class OnnxExamination
{
    public static Finding Check()
    {
        var started = OnnxRuntime.Start();
        return started.IsFailure ? Missing(started.Error.Message) : new Finding("onnx runtime", Verdict.Good, OnnxRuntime.Describe().Value);
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
