using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Registry;

/// <summary>What this module logs: ids 4000 to 4099.</summary>
internal static partial class RegistryLog
{
    [LoggerMessage(4000, LogLevel.Warning, "Logged model {LoggedModel} could not be told that it became {Version}: {Error}")]
    public static partial void LoggedModelNotTold(ILogger logger, LoggedModelId loggedModel, ModelVersionId version, Error error);

    [LoggerMessage(4001, LogLevel.Information, "Asked for the repositories of {Count} models that were there before models had any")]
    public static partial void BackfillAsked(ILogger logger, int count);

    [LoggerMessage(4002, LogLevel.Warning, "Repositories of older models could not be asked for; the next start asks again")]
    public static partial void BackfillNotAsked(ILogger logger, Exception exception);

    [LoggerMessage(4003, LogLevel.Information, "Model {Model} has its repository {Repository}")]
    public static partial void BackfillDone(ILogger logger, string model, string? repository);
}
