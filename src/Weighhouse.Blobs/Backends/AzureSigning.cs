using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Weighhouse.Blobs.Backends;

/// <summary>Signs requests to Azure Blob with the key of a storage account (the scheme "SharedKey").</summary>
internal sealed class AzureSigning(string account, byte[] key)
{
    /// <summary>Of the protocol; old enough for every region and for Azurite.</summary>
    private const string Version = "2021-08-06";

    public void Sign(HttpRequestMessage request)
    {
        // By the machine's clock, whatever the store's: the service compares it with its own.
        var now = TimeProvider.System.GetUtcNow();
        request.Headers.Add("x-ms-date", now.ToString("R", CultureInfo.InvariantCulture));
        request.Headers.Add("x-ms-version", Version);
        var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(TextOf(request)));
        request.Headers.Authorization = new AuthenticationHeaderValue("SharedKey", $"{account}:{Convert.ToBase64String(signature)}");
    }

    private string TextOf(HttpRequestMessage request)
    {
        var content = request.Content?.Headers;
        var length = content?.ContentLength is > 0 and var some ? some.ToString(CultureInfo.InvariantCulture) : "";
        var md5 = content?.ContentMD5 is { } sum ? Convert.ToBase64String(sum) : "";
        var text = new StringBuilder();
        // Verb, encoding, language, length, MD5, type, date, four conditions, range: what is not sent is an empty line.
        text.Append(CultureInfo.InvariantCulture, $"{request.Method.Method}\n\n\n{length}\n{md5}\n{content?.ContentType}\n\n\n\n\n\n\n");
        foreach (var (name, values) in request.Headers.Where(IsOurs).OrderBy(header => header.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{name.ToLowerInvariant()}:{string.Join(',', values)}\n");
        text.Append('/').Append(account).Append(request.RequestUri!.AbsolutePath);
        var query = request.RequestUri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);
        foreach (var pair in query.Select(pair => pair.Split('=', 2)).OrderBy(pair => pair[0], StringComparer.Ordinal))
            text.Append('\n').Append(pair[0]).Append(':').Append(Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? ""));
        return text.ToString();
    }

    private static bool IsOurs(KeyValuePair<string, IEnumerable<string>> header) =>
        header.Key.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase);
}
