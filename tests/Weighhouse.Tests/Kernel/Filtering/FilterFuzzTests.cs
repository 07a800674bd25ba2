using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Search;

namespace Weighhouse.Tests.Kernel.Filtering;

/// <summary>Whatever the text, the parser answers with a tree or an error: it neither throws nor runs away.</summary>
public sealed class FilterFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 20_000;

    private static readonly string[] Pieces =
    [
        "metrics", "metric", "params", "tags", "attributes", "datasets", ".", "loss", "`a b`", "\"x\"", "status", "run_id", "start_time",
        "=", "!=", ">", "<=",
        "LIKE", "ILIKE", "NOT", "IN", "IS", "NULL", "NAN", "MATCHES", "AND", "OR", "(", ")", ",", "'a'", "'%'", "1", "-2.5e3", "'", "\"",
        "`", ";", "--", "min", "é",
    ];

    [Fact]
    public void Random_text_never_throws() => Fuzz(random =>
    {
        var bytes = new byte[random.Next(60)];
        random.NextBytes(bytes);
        return random.Next(2) == 0
            ? Encoding.Latin1.GetString(bytes)
            : new string([.. bytes.Chunk(2).Where(pair => pair.Length == 2).Select(pair => (char)BitConverter.ToUInt16(pair))]);
    });

    [Fact]
    public void Random_pieces_of_filters_never_throw() => Fuzz(random =>
    {
        var text = new StringBuilder();
        for (var i = random.Next(14); i >= 0; i--) text.Append(Pieces[random.Next(Pieces.Length)]).Append(random.Next(3) == 0 ? "" : " ");
        return text.ToString();
    });

    [Fact]
    public void Filters_broken_in_one_place_never_throw()
    {
        const string valid =
            "metrics.loss < 0.5 AND params.\"batch size\" = '32' AND tags.`a` LIKE '%x_' AND attributes.run_id IN ('a', 'b')";
        Fuzz(random =>
        {
            var text = new StringBuilder(valid);
            for (var i = random.Next(3); i >= 0; i--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0) text.Remove(at, Math.Min(random.Next(1, 5), text.Length - at));
                else text.Insert(at, Pieces[random.Next(Pieces.Length)]);
            }

            return text.ToString();
        });
    }

    private void Fuzz(Func<Random, string> next)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var accepted = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var text = next(random);
            foreach (var vocabulary in new[] { SearchVocabularies.Runs, SearchVocabularies.Experiments, SearchVocabularies.Models })
            {
                foreach (var dialect in Enum.GetValues<FilterDialect>())
                {
                    var parsed = FilterParser.Parse(text, vocabulary, dialect);
                    if (!parsed.IsFailure) accepted++;
                    else Assert.NotEmpty(parsed.Error.Message);
                    _ = FilterOrder.Parse([text], vocabulary, dialect);
                }
            }
        }

        output.WriteLine($"accepted {accepted} of {Rounds * 6}");
    }
}
