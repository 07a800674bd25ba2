using System.Text.Json;

namespace Weighhouse.Commands.Shared;

/// <summary>Tokens kept by <c>weigh login</c>, by server address, in a file only its owner can read.</summary>
internal static class CredentialFile
{
    private static string FilePath => Path.Combine(ConfigurationFolder.Path, "credentials.json");

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

    private static void Write(Dictionary<string, string> all) =>
        ConfigurationFolder.Write(FilePath, file => JsonSerializer.Serialize(file, all, Output.Json));
}
