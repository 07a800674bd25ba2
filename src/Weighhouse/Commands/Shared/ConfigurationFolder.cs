namespace Weighhouse.Commands.Shared;

/// <summary>Where <c>weigh</c> keeps what belongs to the person at the terminal: tokens, keys.</summary>
internal static class ConfigurationFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The system's place for settings of programs, or what WEIGH_CONFIG_HOME says.</summary>
    public static string Path => Environment.GetEnvironmentVariable("WEIGH_CONFIG_HOME") ?? System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "weigh");

    /// <summary>A file of its own, whole or not at all, that only its owner can read.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        // Made anew, so that its mode is ours and not that of one left behind.
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(temporary, options)) write(file);
        File.Move(temporary, path, overwrite: true);
    }
}
