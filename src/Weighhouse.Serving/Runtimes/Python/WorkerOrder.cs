using Weighhouse.Kernel;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>What a worker is to run, and how it may.</summary>
/// <param name="Interpreter">The path of the Python that runs it.</param>
/// <param name="ProgramFolder">Has the worker's own program.</param>
/// <param name="IsIsolated">Whether it is shut in; when that does not succeed there is no worker.</param>
/// <param name="Threads">Threads of its numeric libraries.</param>
internal sealed record WorkerOrder(
    PlacedModel Model, string Interpreter, string ProgramFolder, bool IsIsolated, int Threads, PythonOptions Options);

/// <summary>How a worker ended, for who waited for it.</summary>
/// <param name="Reason">In words that continue "the worker …".</param>
/// <param name="LastLines">What it wrote last.</param>
internal sealed record WorkerEnd(string Reason, string LastLines)
{
    private const int SignalBase = 128;

    public static WorkerEnd Of(int exitCode, long peakBytes, string lastLines) => new(
        exitCode switch
        {
            SignalBase + 9 =>
                $"was killed by signal 9 (SIGKILL), as Linux does when memory runs out; it held {Mebibytes(peakBytes)} at most",
            SignalBase + 24 => "was ended by signal 24 (SIGXCPU): it has used the processor time that it may",
            > SignalBase and < SignalBase + 65 => $"was ended by signal {exitCode - SignalBase} ({NameOf(exitCode - SignalBase)})",
            _ => $"ended by itself with the exit code {exitCode}",
        },
        lastLines);

    public override string ToString() => LastLines.Length == 0 ? Reason : $"{Reason}. Its last lines:\n{LastLines}";

    private static string Mebibytes(long bytes) => bytes == 0 ? "an unknown amount" : $"{bytes >> 20} MiB";

    private static string NameOf(int signal) => signal switch
    {
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        _ => "see signal(7)",
    };
}
