using Microsoft.Extensions.Logging;

namespace Weighhouse.Onnx;

/// <summary>Everything the module logs. Event ids are stable: 9000 to 9099.</summary>
internal static partial class OnnxLog
{
    [LoggerMessage(9000, LogLevel.Information, "ONNX Runtime {Version} from {Path}, interface {ApiVersion}, {Threads} threads")]
    public static partial void RuntimeStarted(this ILogger log, string version, string path, int apiVersion, int threads);

    [LoggerMessage(9001, LogLevel.Warning, "ONNX Runtime warns of {Category}: {Text}")]
    public static partial void RuntimeWarned(this ILogger log, string category, string text);

    [LoggerMessage(9002, LogLevel.Error, "ONNX Runtime failed in {Category}: {Text}")]
    public static partial void RuntimeFailed(this ILogger log, string category, string text);

    [LoggerMessage(9003, LogLevel.Debug, "ONNX Runtime on {Category}: {Text}")]
    public static partial void RuntimeSaid(this ILogger log, string category, string text);
}
