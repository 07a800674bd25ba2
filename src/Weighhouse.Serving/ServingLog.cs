using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;
using Weighhouse.Registry;

namespace Weighhouse.Serving;

/// <summary>What this module logs: ids 8500 to 8599.</summary>
internal static partial class ServingLog
{
    [LoggerMessage(8500, LogLevel.Information, "Deployment {Deployment} has {Version} loaded in {ElapsedMs} ms")]
    public static partial void Loaded(ILogger logger, string deployment, ModelVersionId version, double elapsedMs);

    [LoggerMessage(8501, LogLevel.Warning, "Deployment {Deployment} could not load {Version}: {Error}")]
    public static partial void LoadFailed(ILogger logger, string deployment, ModelVersionId version, Error error);

    [LoggerMessage(8502, LogLevel.Error, "Deployment {Deployment}: loading {Version} threw")]
    public static partial void LoadThrew(ILogger logger, Exception exception, string deployment, ModelVersionId version);

    [LoggerMessage(8503, LogLevel.Information, "Deployment {Deployment}: {Model}/{Version} refused a row of zeros: {Error}")]
    public static partial void WarmUpRefused(ILogger logger, string deployment, string model, long version, Error error);

    [LoggerMessage(8504, LogLevel.Information, "Placed files of a model are deleted to make room: {Folder}, {Bytes} bytes")]
    public static partial void FolderForgotten(ILogger logger, string folder, long bytes);

    [LoggerMessage(8505, LogLevel.Warning, "Deployment {Deployment}: its routes lead to no version: {Error}")]
    public static partial void Unresolved(ILogger logger, string deployment, Error error);

    [LoggerMessage(8520, LogLevel.Error, "Canaries could not be looked at; the next look follows")]
    public static partial void CanaryLookFailed(ILogger logger, Exception exception);

    [LoggerMessage(8521, LogLevel.Warning, "Deployment {Deployment}: its canary was taken back: {Reason}")]
    public static partial void CanaryTakenBack(ILogger logger, string deployment, string reason);

    [LoggerMessage(8522, LogLevel.Warning, "Deployment {Deployment}: its canary could not be moved: {Error}")]
    public static partial void CanaryUndecided(ILogger logger, string deployment, Error error);

    [LoggerMessage(8523, LogLevel.Information, "Deployment {Deployment}: canary {Verdict}: {Reason}")]
    public static partial void CanaryDecided(ILogger logger, string deployment, Canaries.Verdict verdict, string reason);

    [LoggerMessage(8506, LogLevel.Error, "Deployments could not be looked at; the next look follows")]
    public static partial void FollowFailed(ILogger logger, Exception exception);

    [LoggerMessage(8507, LogLevel.Error, "A placed model was changed and is refused: {Path}, kept in {Folder}")]
    public static partial void FilesChanged(ILogger logger, string path, string folder);

    [LoggerMessage(8508, LogLevel.Warning, "Deployment {Deployment}: version {Version} is not batched: its batch size is fixed")]
    public static partial void BatchingUnsuited(ILogger logger, string deployment, long version);

    [LoggerMessage(8509, LogLevel.Warning, "Deployment {Deployment}: version {Version} is not batched from now on: {Error}")]
    public static partial void BatchingUnfit(ILogger logger, string deployment, long version, Error error);
}
