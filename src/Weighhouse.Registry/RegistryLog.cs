using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Registry;

/// <summary>What this module logs: ids 4000 to 4099.</summary>
internal static partial class RegistryLog
{
    [LoggerMessage(4000, LogLevel.Warning, "Logged model {LoggedModel} could not be told that it became {Version}: {Error}")]
    public static partial void LoggedModelNotTold(ILogger logger, LoggedModelId loggedModel, ModelVersionId version, Error error);
}
