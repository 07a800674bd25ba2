namespace Weighhouse.Build;

internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int MissingTool = 3;
}

/// <summary>A step could not be done; the message says why and what to do.</summary>
internal sealed class BuildFailed(string message, int exitCode = ExitCodes.Failure) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
