using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Session;

/// <summary>One command at a time changes a working folder. The lock is the system's: it ends with the process.</summary>
internal static class WorkspaceLock
{
    /// <summary>A commit of small changes ends within this; a long one deserves a message rather than a silent wait.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static ValueTask<Result<FileStream>> TakeAsync(WorkspaceFolder folder, TimeProvider time, CancellationToken cancellation) =>
        TryUntilAsync(() => Take(folder), time, cancellation);

    /// <summary>Repeats what fails because another command is at work, for a while.</summary>
    public static async ValueTask<Result<T>> TryUntilAsync<T>(Func<Result<T>> attempt, TimeProvider time, CancellationToken cancellation) =>
        await TryUntilAsync(() => ValueTask.FromResult(attempt()), time, cancellation);

    public static async ValueTask<Result<T>> TryUntilAsync<T>(
        Func<ValueTask<Result<T>>> attempt, TimeProvider time, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var tried = await attempt();
            if (tried.Error?.Code is not ErrorCode.FailedPrecondition || time.GetElapsedTime(started) > WaitMax) return tried;
            await Task.Delay(Pause, time, cancellation);
        }
    }

    private static Result<FileStream> Take(WorkspaceFolder folder)
    {
        try
        {
            return new FileStream(folder.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (UnauthorizedAccessException)
        {
            return Error.Denied($"{folder.Records} cannot be written by the user '{Environment.UserName}'. Make it this user's own.");
        }
        catch (IOException exception) when (File.Exists(folder.LockPath))
        {
            return Error.Precondition(
                $"Another weigh command is changing {folder.Root}: wait for it, then try again. ({exception.Message})");
        }
        catch (IOException exception)
        {
            return new Error(ErrorCode.Unavailable, $"{folder.Records} cannot be written: {exception.Message}");
        }
    }
}
