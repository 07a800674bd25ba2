namespace Weighhouse.Build;

/// <summary>One build at a time in one clone: two would write the same files. Released when the process ends, however it ends.</summary>
internal static class BuildLock
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(200);

    public static async Task<IDisposable> TakeAsync()
    {
        Directory.CreateDirectory(Paths.Artifacts);
        var path = Path.Combine(Paths.Artifacts, "build.lock");
        var told = false;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!told) Say.Line("Another build is at work in this clone; waiting for it …");
                told = true;
                await Task.Delay(RetryEvery);
            }
        }
    }
}
