using System.Diagnostics;

namespace Weighhouse.TestKit;

/// <summary>
/// A program that a test writes and starts. Another process writes it: one that this process had open for writing could not be started
/// while a child that was born meanwhile still has it ("Text file busy").
/// </summary>
public static class ExecutableFile
{
    public static async Task WriteAsync(string path, string content, CancellationToken cancellation)
    {
        using var writer = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "cat > \"$1\" && chmod 500 \"$1\"", "sh", path])
        {
            UseShellExecute = false, RedirectStandardInput = true,
        })!;
        await writer.StandardInput.WriteAsync(content.AsMemory(), cancellation);
        writer.StandardInput.Close();
        await writer.WaitForExitAsync(cancellation);
        if (writer.ExitCode != 0) throw new InvalidOperationException($"{path} cannot be written.");
    }
}
