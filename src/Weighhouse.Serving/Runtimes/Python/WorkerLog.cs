using Microsoft.Extensions.Logging;
using Weighhouse.Registry;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>What the workers' runtime logs: ids 8540 to 8559.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(8540, LogLevel.Information, "Deployment {Deployment}: a worker {Process} has {Version} loaded ({Flavour}, {Isolation})")]
    public static partial void Started(
        ILogger logger, string deployment, ModelVersionId version, int process, string flavour, string isolation);

    [LoggerMessage(8541, LogLevel.Warning, "Deployment {Deployment}: the worker {Process} of {Version} {End}")]
    public static partial void Died(ILogger logger, string deployment, ModelVersionId version, int process, WorkerEnd end);

    [LoggerMessage(8542, LogLevel.Information, "Deployment {Deployment}: the worker {Process} of {Version} is let go: {Why}")]
    public static partial void LetGo(ILogger logger, string deployment, ModelVersionId version, int process, string why);

    [LoggerMessage(8543, LogLevel.Error,
        "Deployment {Deployment}: no worker of {Version} could be started; the next attempt is in {DelayMs} ms: {Error}")]
    public static partial void StartFailed(
        ILogger logger, string deployment, ModelVersionId version, double delayMs, Kernel.Error error);

    [LoggerMessage(8544, LogLevel.Information, "Deployment {Deployment}: the worker {Process} of {Version} says: {Line}")]
    public static partial void Said(ILogger logger, string deployment, ModelVersionId version, int process, string line);

    [LoggerMessage(8546, LogLevel.Error, "Deployment {Deployment}: starting a worker of {Version} threw")]
    public static partial void StartThrew(ILogger logger, Exception exception, string deployment, ModelVersionId version);

    [LoggerMessage(8547, LogLevel.Warning, "Deployment {Deployment}: the worker {Process} of {Version} {End}, before it was ready")]
    public static partial void NotReady(ILogger logger, string deployment, ModelVersionId version, int process, WorkerEnd end);

    [LoggerMessage(8545, LogLevel.Warning, "Workers cannot be shut in on this machine ({Why}); only models that a scan calls safe are run")]
    public static partial void NotIsolated(ILogger logger, string why);
}
