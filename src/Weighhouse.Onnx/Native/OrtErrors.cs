using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Weighhouse.Kernel;

namespace Weighhouse.Onnx.Native;

/// <summary>What the runtime was doing when it failed: the same code means another cure.</summary>
internal enum OrtTask
{
    Start,
    Load,
    Run,
    Value,
}

/// <summary>The runtime's error codes; the numbers are its own.</summary>
internal enum OrtCode
{
    Fail = 1,
    InvalidArgument = 2,
    NoSuchFile = 3,
    NoModel = 4,
    EngineError = 5,
    RuntimeException = 6,
    InvalidProtobuf = 7,
    ModelLoaded = 8,
    NotImplemented = 9,
    InvalidGraph = 10,
    ProviderFail = 11,
    LoadCancelled = 12,
    RequiresCompilation = 13,
    NotFound = 14,
}

/// <summary>A status becomes an error of ours: its code, its message in one line, and what to do.</summary>
internal static unsafe partial class OrtErrors
{
    /// <summary>Messages of the runtime name files of its source and whole shapes; the beginning says what is wrong.</summary>
    private const int MessageLengthMax = 600;

    /// <summary>Null when all is well. Releases the status.</summary>
    public static Error? Take(this OrtApi api, nint status, OrtTask task)
    {
        if (status == 0) return null;
        var code = (OrtCode)api.GetErrorCode(status);
        var message = Marshal.PtrToStringUTF8((nint)api.GetErrorMessage(status)) ?? "";
        api.ReleaseStatus(status);
        return Describe(code, message, task);
    }

    /// <summary>For calls that only fail when the binding is wrong.</summary>
    public static void Require(this OrtApi api, nint status)
    {
        if (status != 0) throw new InvariantException(api.Take(status, OrtTask.Value)!.Message);
    }

    public static Error Describe(OrtCode code, string message, OrtTask task)
    {
        var (kind, cure) = Meaning(code, message, task);
        return new Error(kind, $"ONNX Runtime {Doing(task)} ({code}): {OneLine(message)}. {cure}");
    }

    private static (ErrorCode Kind, string Cure) Meaning(OrtCode code, string message, OrtTask task)
    {
        if (IsMemory(message))
            return (ErrorCode.LimitExceeded, "Make batches smaller, unload other models, or raise OnnxOptions.ArenaBytesMax.");
        return (code, task) switch
        {
            (OrtCode.NotImplemented, _) => (
                ErrorCode.NotSupported, "This build has no implementation for it: export the model with another opset or element type."),
            (OrtCode.InvalidProtobuf or OrtCode.InvalidGraph, _) => (
                ErrorCode.InvalidArgument, "The model's file is not sound: export it again and check it with the exporter's own checker."),
            (OrtCode.NoSuchFile or OrtCode.NotFound, _) => (ErrorCode.NotFound, "Check the name."),
            (_, OrtTask.Start) => (ErrorCode.Unavailable, "See 'weigh doctor'."),
            (OrtCode.Fail or OrtCode.InvalidArgument, OrtTask.Load) => (
                ErrorCode.InvalidArgument, "Check that the model's opset and operators are known to this version of the runtime."),
            (_, OrtTask.Load) => (ErrorCode.FailedPrecondition, "The model cannot be loaded as it is: export it again."),
            (OrtCode.InvalidArgument, OrtTask.Run) => (
                ErrorCode.InvalidArgument, "Compare the inputs with the model's signature: names, types and shapes."),
            (_, OrtTask.Run) => (
                ErrorCode.FailedPrecondition, "An operator refused these inputs: compare their shapes with the training data's."),
            _ => (ErrorCode.InvalidArgument, "Compare the value with the model's signature."),
        };
    }

    private static bool IsMemory(string message) =>
        message.Contains("Failed to allocate memory", StringComparison.Ordinal)
        || message.Contains("smaller than requested bytes", StringComparison.Ordinal)
        || message.Contains("bad_alloc", StringComparison.Ordinal) || message.Contains("bad allocation", StringComparison.Ordinal);

    private static string Doing(OrtTask task) => task switch
    {
        OrtTask.Start => "did not start",
        OrtTask.Load => "refused the model",
        OrtTask.Run => "did not run the model",
        _ => "refused a value",
    };

    /// <summary>Where in the runtime's source it happened: a file, a line, and the function's whole signature.</summary>
    [GeneratedRegex(@"\S+\.(cc|h|cpp|hpp):\d+ .*?\)( const)? ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SourcePlace();

    private static string OneLine(string message)
    {
        var line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        line = SourcePlace().Replace(line, "");
        return line.Length <= MessageLengthMax ? line : line[..MessageLengthMax] + "…";
    }
}
