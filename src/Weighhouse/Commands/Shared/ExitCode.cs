namespace Weighhouse.Commands.Shared;

/// <summary>Every exit code of <c>weigh</c>, documented in docs/reference/command-line.md.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command ran and the answer is no: not found, a gate failed, a check found something.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The server refused to start: port taken, directory locked or not writable, sign-in not set up.</summary>
    public const int Refused = 3;

    /// <summary>The server cannot be reached.</summary>
    public const int Unreachable = 4;

    /// <summary>Not signed in, or not allowed.</summary>
    public const int Denied = 5;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
