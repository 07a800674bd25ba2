using System.Globalization;

namespace Weighhouse.Tests.Server.Tracking.Search;

/// <summary>Random filters and orders over the random runs, in the native grammar or in MLflow's.</summary>
internal sealed class RandomSearch(Random random, bool isMlflow)
{
    private static readonly string[] Comparisons = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly string[] Attributes = ["status", "user_id", "run_name", "artifact_uri"];
    private static readonly string[] Statuses = ["RUNNING", "FAILED", "finished", "%ED", "_ILLED"];
    private static readonly string[] Parts = ["", "", ".min", ".max", ".best", ".latest"];

    public string Filter()
    {
        if (random.Next(8) == 0) return "";
        return isMlflow ? string.Join(" AND ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Clause())) : Any(depth: 0);
    }

    public IReadOnlyList<string> Order()
    {
        var orders = new Dictionary<string, string>();
        for (var terms = random.Next(4) - random.Next(2); terms > 0; terms--)
        {
            var field = OrderField();
            orders[field.Replace('`', '"')] = field + SearchWorld.Pick(random, ["", " ASC", " DESC"]);
        }

        return [.. orders.Values];
    }

    private string OrderField() => random.Next(5) switch
    {
        0 => $"metrics.\"{Pick(SearchWorld.MetricKeys)}\"{(isMlflow ? "" : Pick(Parts[..^1]))}",
        1 => $"params.{Pick(SearchWorld.ParamKeys)}",
        2 => $"tags.`{Pick(SearchWorld.TagKeys)}`",
        3 => $"attributes.{Pick(["start_time", "end_time", "status", "run_name", "user_id", "artifact_uri", "run_id"])}",
        _ => $"metrics.`{Pick(SearchWorld.MetricKeys)}`",
    };

    private string Any(int depth) => string.Join(" OR ", Enumerable.Range(0, random.Next(1, 3)).Select(_ => All(depth)));

    private string All(int depth) => string.Join(" AND ", Enumerable.Range(0, random.Next(1, 3)).Select(_ => One(depth)));

    private string One(int depth) =>
        depth < 3 && random.Next(4) == 0 ? $"{(random.Next(2) == 0 ? "NOT " : "")}({Any(depth + 1)})" : Clause();

    private string Clause() => random.Next(6) switch
    {
        0 or 1 => NumberClause($"metrics.\"{Pick([.. SearchWorld.MetricKeys, "unknown"])}\"{(isMlflow ? "" : Pick(Parts))}", NumberText),
        2 => TextClause($"params.\"{Pick([.. SearchWorld.ParamKeys, "unknown"])}\"", () => Pick(SearchWorld.Texts), lists: false),
        3 => TextClause($"tags.`{Pick(SearchWorld.TagKeys)}`", () => Pick(SearchWorld.Texts), lists: false),
        4 => AttributeClause(),
        _ => TextClause(
            $"datasets.{Pick(["name", "digest", "context"])}", () => Pick(["d0", "d1", "digest-d2", "train", "EVAL", "d%"]), lists: true),
    };

    private string AttributeClause()
    {
        if (random.Next(3) == 0)
            return NumberClause(Pick(["start_time", "attributes.end_time"]),
                () => $"{1_700_000_000_000 + (random.Next(2) * 100_000) + random.Next(12)}{Pick(["", ".5"])}");
        var attribute = Pick(Attributes);
        return TextClause(attribute, () => attribute switch
        {
            "status" => Pick(Statuses),
            "user_id" => Pick(["ann", "bob", "Bob", "%n%"]),
            "artifact_uri" => Pick(["mlflow-artifacts:/3", "%/1", "x"]),
            _ => Pick(SearchWorld.Texts),
        }, lists: false);
    }

    private string NumberClause(string field, Func<string> number)
    {
        if (!isMlflow && random.Next(4) == 0)
            return Pick([$"{field} IN ({number()}, {number()})", $"{field} NOT IN ({number()}, {number()})", $"{field} IS NULL",
                $"{field} IS NOT NULL",
                $"{field} IS NAN", $"{field} IS NOT NAN"]);
        return $"{field} {Pick(Comparisons)} {number()}";
    }

    private string TextClause(string field, Func<string> text, bool lists)
    {
        if (lists && random.Next(3) == 0) return $"{field} {Pick(["IN", "NOT IN"])} ({Quoted(text())}, {Quoted(text())})";
        if (!isMlflow && random.Next(3) == 0)
            return Pick([$"{field} IN ({Quoted(text())}, {Quoted(text())})", $"{field} NOT IN ({Quoted(text())})",
                $"{field} NOT LIKE {Quoted(text())}",
                $"{field} NOT ILIKE {Quoted(text())}", $"{field} IS NULL", $"{field} IS NOT NULL", $"{field} MATCHES '^[a-d]'",
                $"{field} NOT MATCHES 'x+1$'"]);
        return $"{field} {Pick(["=", "!=", "LIKE", "ILIKE"])} {Quoted(random.Next(3) == 0 ? $"%{text()}" : text())}";
    }

    private string NumberText()
    {
        var number = SearchWorld.Number(random);
        return double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "0.5";
    }

    private static string Quoted(string text) => $"'{text}'";

    private T Pick<T>(IReadOnlyList<T> values) => SearchWorld.Pick(random, values);
}
