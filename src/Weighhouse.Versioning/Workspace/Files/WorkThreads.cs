namespace Weighhouse.Versioning.Workspace.Files;

/// <summary>How many threads a command works with.</summary>
internal static class WorkThreads
{
    /// <summary>Beside the threads that work on files and wait for the disk: those that hash, write and open the history.</summary>
    private const int OthersCount = 4;

    /// <summary>One for each core: files are stored and written by threads that do not wait for each other.</summary>
    public static ParallelOptions Options(CancellationToken cancellation) =>
        new() { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>
    /// Lets the pool give out threads at once up to a few more than there are cores. It would make a new one twice a second, while those
    /// that work on files wait for others to write behind them.
    /// </summary>
    public static void Reserve() => ThreadPool.SetMinThreads((2 * Environment.ProcessorCount) + OthersCount, OthersCount);
}
