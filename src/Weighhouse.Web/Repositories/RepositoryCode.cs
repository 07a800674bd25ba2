using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Repositories;

/// <summary>What people paste into a shell or a program to do what a page shows.</summary>
internal static class RepositoryCode
{
    public static string FirstPush(string baseUrl, string name) => $"""
        weigh init
        weigh commit -m "First version"
        weigh remote add origin {Remote(baseUrl, name)}
        weigh push
        """;

    public static string Remote(string baseUrl, string name) => $"{baseUrl}/repos/{Uri.EscapeDataString(name)}";

    public static IReadOnlyList<Snippet> OfFolder(string baseUrl, RepositoryModel model, string path)
    {
        var tree = Links.WithQuery(
            $"{baseUrl}/api/v1{model.Url}/tree", ("revision", model.At), ("path", path));
        return
        [
            new("CLI", $"""
                weigh clone {Remote(baseUrl, model.Facts.Name)}
                cd {ShellText.Quote(model.Facts.Name)}
                weigh switch {ShellText.Quote(model.Revision)}
                """),
            new("Python", $"""
                import json, urllib.request

                for entry in json.load(urllib.request.urlopen({PythonText.Quote(tree)}))["entries"]:
                    print(entry["kind"], entry["sizeBytes"], entry["name"])
                """),
            new("C#", $"""
                using var http = new HttpClient();
                var folder = await http.GetFromJsonAsync<JsonElement>({PythonText.Quote(tree)});
                """),
            new("curl", $"curl -s {ShellText.Quote(tree)}"),
        ];
    }

    public static IReadOnlyList<Snippet> OfFile(string baseUrl, RepositoryModel model, string path)
    {
        var address = baseUrl + model.DownloadUrl(path);
        var name = path[(path.LastIndexOf('/') + 1)..];
        return
        [
            new("Python", PythonOf(address, name)),
            new("C#", $"""
                using var http = new HttpClient();
                await using var content = await http.GetStreamAsync({PythonText.Quote(address)});
                """),
            new("curl", $"curl -s -o {ShellText.Quote(name)} {ShellText.Quote(address)}"),
            new("CLI", $"""
                weigh clone {Remote(baseUrl, model.Facts.Name)} --only {ShellText.Quote(path)}
                """),
        ];
    }

    private static string PythonOf(string address, string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".csv" => $"import pandas\n\ntable = pandas.read_csv({PythonText.Quote(address)})",
        ".tsv" => $"import pandas\n\ntable = pandas.read_csv({PythonText.Quote(address)}, sep=\"\\t\")",
        ".jsonl" or ".ndjson" => $"import pandas\n\ntable = pandas.read_json({PythonText.Quote(address)}, lines=True)",
        _ => $"import urllib.request\n\nurllib.request.urlretrieve({PythonText.Quote(address)}, {PythonText.Quote(name)})",
    };
}
