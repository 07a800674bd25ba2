using Weighhouse.Versioning;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Catalogue;

/// <summary>What people paste into a shell or a program to ask what the page shows.</summary>
internal static class CatalogueCode
{
    public static string FirstEntry(string baseUrl) =>
        $"weigh catalogue set images train --description \"What it is\" --url {baseUrl}";

    public static IReadOnlyList<Snippet> OfList(string baseUrl, CatalogueQuery query)
    {
        var address = baseUrl + Links.WithQuery(
            "/api/v1/catalogue", ("search", query.Text), ("column", query.Column),
            ("freshness", query.Freshness?.ToString().ToLowerInvariant()), ("tag", query.Tag), ("owner", query.Owner),
            ("repository", query.Repository));
        return
        [
            new("CLI", CommandOf(baseUrl, query)),
            new("Python", $"""
                import json, urllib.request

                for entry in json.load(urllib.request.urlopen({PythonText.Quote(address)}))["entries"]:
                    print(entry["repository"], entry["path"], entry["freshness"])
                """),
            new("C#", $"""
                using var weigh = new WeighClient(new Uri("{baseUrl}"));
                var page = await weigh.Catalogue.ListAsync(new CatalogueQuery({(query.Text is { } text ? PythonText.Quote(text) : "")}));
                """),
            new("curl", $"curl -s {ShellText.Quote(address)}"),
        ];
    }

    private static string CommandOf(string baseUrl, CatalogueQuery query)
    {
        var command = query.Text is { Length: > 0 } text ? $"weigh catalogue search {ShellText.Quote(text)}" : "weigh catalogue list";
        foreach (var (option, value) in new[]
        {
            ("--tag", query.Tag), ("--owner", query.Owner), ("--column", query.Column),
            ("--freshness", query.Freshness?.ToString().ToLowerInvariant()), ("--repository", query.Repository),
        })
        {
            if (value is not null) command += $" {option} {ShellText.Quote(value)}";
        }

        return $"{command} --url {baseUrl}";
    }
}
