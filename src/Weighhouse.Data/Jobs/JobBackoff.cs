using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// How long a failed job waits: doubling, bounded, and scattered so that those that failed together do not return together.
/// </summary>
internal static class JobBackoff
{
    private const int DoublingsMax = 30;

    public static int DelayMs(DatabaseOptions options, long attempt, IdGenerator chance)
    {
        var doublings = (int)Math.Min(attempt - 1, DoublingsMax);
        var delay = (int)Math.Min(options.JobBackoffMsMax, (long)options.JobBackoffMs << doublings);
        return delay / 2 + chance.Below(delay / 2 + 1);
    }
}
