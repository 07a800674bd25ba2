using System.Text.Json;

namespace Weighhouse.Commands.Shared;

/// <summary>Tokens kept by <c>weigh login</c>, by server address, in a file only its owner can read.</summary>
internal static class CredentialFile
{
    private static string FilePath => Path.Combine(
        Environment.GetEnvironmentVariable("WEIGH_CONFIG_HOME")
            ?? Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "weigh"),
        "credentials.json");

    public static string? Find(Uri server) => Read().GetValueOrDefault(KeyOf(server));

    public static string Keep(Uri server, string token)
    {
        var all = Read();
        all[KeyOf(server)] = token;
        Write(all);
        return FilePath;
    }

    public static bool Forget(Uri server)
    {
        var all = Read();
        if (!all.Remove(KeyOf(server))) return false;
        Write(all);
        return true;
    }

    private static string KeyOf(Uri server) => server.GetLeftPart(UriPartial.Authority);

    private static Dictionary<string, string> Read()
    {
        try
        {
            return File.Exists(FilePath) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(FilePath)) ?? [] : [];
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"weigh: {FilePath} cannot be read and is ignored: {exception.Message}");
            return [];
        }
    }

    private static void Write(Dictionary<string, string> all)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        // Made anew, so that its mode is ours and not that of one left behind.
        var temporary = FilePath + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, options)) JsonSerializer.Serialize(file, all, Output.Json);
        File.Move(temporary, FilePath, overwrite: true);
    }
}
