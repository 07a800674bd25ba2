using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Weighhouse.Wire;

/// <summary>What the foreign protocols log. Ids from 7000 on are MLflow's, from 7100 the doors of content's, from 7200 gRPC's.</summary>
internal static partial class WireLog
{
    [LoggerMessage(7000, LogLevel.Error, "MLflow request {Method} {Path} failed; request {RequestId}")]
    public static partial void MlflowRequestFailed(ILogger logger, Exception exception, string method, PathString path, string requestId);

    [LoggerMessage(7001, LogLevel.Warning, "An artifact's answer was cut off: {Reason}; request {RequestId}")]
    public static partial void MlflowArtifactCutOff(ILogger logger, string reason, string requestId);

    [LoggerMessage(7100, LogLevel.Warning, "The answer with content {Content} was cut off: {Reason}; request {RequestId}")]
    public static partial void ContentCutOff(ILogger logger, string content, string reason, string requestId);

    [LoggerMessage(7200, LogLevel.Error, "gRPC call {Method} failed; request {RequestId}")]
    public static partial void GrpcCallFailed(ILogger logger, Exception exception, string method, string requestId);

    [LoggerMessage(7201, LogLevel.Information, "gRPC call {Method} ended {Status}: {Reason} (request {RequestId})")]
    public static partial void GrpcCallRefused(ILogger logger, string method, string status, string reason, string requestId);
}
