using System.Diagnostics;

namespace Weighhouse.TestKit;

/// <summary>A disk of a few megabytes in memory, which only root can mount: for filling up.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallDisk(int megabytes)
    {
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
            IsMounted = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", _folder.Path) == 0;
    }

    public const string WhyAbsent = "mounting a small disk needs root on Linux";

    public bool IsMounted { get; }

    public string this[string name] => _folder[name];

    /// <summary>Takes all the room there is, or as much as asked for.</summary>
    public void Fill(string name, long? bytes = null)
    {
        using var file = File.Create(_folder[name]);
        var block = new byte[64 << 10];
        try
        {
            for (long written = 0; bytes is null || written < bytes; written += block.Length)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full: what was asked for.
        }
    }

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", _folder.Path);

    public void Dispose()
    {
        if (IsMounted) Run("umount", "-l", _folder.Path);
        _folder.Dispose();
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
