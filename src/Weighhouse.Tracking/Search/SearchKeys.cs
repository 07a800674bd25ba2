using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Tags;

namespace Weighhouse.Tracking.Search;

/// <summary>The numbers of the keys that a search names, looked up once before its SQL is written.</summary>
internal sealed class SearchKeys
{
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);

    /// <summary>The key's number; 0, which no row carries, for a key that nobody ever used.</summary>
    public long Of(string key) => _numbers.GetValueOrDefault(key);

    public static async ValueTask<SearchKeys> ResolveAsync(
        DbSession session, KeyDictionary dictionary, FilterNode filter, IReadOnlyList<FilterOrderTerm> order)
    {
        var keys = new SearchKeys();
        foreach (var field in Fields(filter).Concat(order.Select(static term => term.Field)))
        {
            var key = field.Entity switch
            {
                SearchVocabularies.Metric or SearchVocabularies.Param or SearchVocabularies.Tag => field.Key,
                SearchVocabularies.Attribute when field.Key == "run_name" => TagWriter.RunNameKey,
                _ => null,
            };
            if (key is not null && !keys._numbers.ContainsKey(key)) keys._numbers.Add(key, await dictionary.FindAsync(session, key) ?? 0);
        }

        return keys;
    }

    private static IEnumerable<FilterField> Fields(FilterNode node) => node switch
    {
        FilterAll all => all.Parts.SelectMany(Fields),
        FilterAny any => any.Parts.SelectMany(Fields),
        FilterNot not => Fields(not.Part),
        FilterClause clause => [clause.Field],
        _ => Invariant.Unreachable<IEnumerable<FilterField>>(node),
    };
}
