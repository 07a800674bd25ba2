using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Weighhouse.Wire;

/// <summary>What the foreign protocols log. Ids 7000 to 7099 are MLflow's, from 7100 on the doors of content's.</summary>
internal static partial class WireLog
{
    [LoggerMessage(7000, LogLevel.Error, "MLflow request {Method} {Path} failed; request {RequestId}")]
    public static partial void MlflowRequestFailed(ILogger logger, Exception exception, string method, PathString path, string requestId);

    [LoggerMessage(7001, LogLevel.Warning, "An artifact's answer was cut off: {Reason}; request {RequestId}")]
    public static partial void MlflowArtifactCutOff(ILogger logger, string reason, string requestId);

    [LoggerMessage(7100, LogLevel.Warning, "The answer with content {Content} was cut off: {Reason}; request {RequestId}")]
    public static partial void ContentCutOff(ILogger logger, string content, string reason, string requestId);
}
