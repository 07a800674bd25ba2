using System.Globalization;
using System.Text;
using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Metrics;

namespace Weighhouse.Tests.Wire;

public sealed class MetricReaderTests
{
    private const int Rounds = 3_000;

    [Fact]
    public void A_batch_is_read_as_it_was_written()
    {
        Assert.True(MetricReader.TryReadBatch(
            """
            {"run_id":"r","metrics":[
              {"key":"loss","value":0.5,"timestamp":7,"step":1},
              {"key":"loss","value":"NaN","timestamp":"8","step":"2","model_id":"m-1","dataset_name":"d","dataset_digest":"x"},
              {"step":3,"timestamp":9,"value":-1e-3,"key":"a\"b","run_id":"r"}],
             "params":[{"key":"p","value":"1"},{"key":"q"}],"tags":[{"value":"v","key":"t"}]}
            """u8,
            100,
            out var run,
            out var batch));
        Assert.Equal(new RunId("r"), run);
        Assert.Equal(
            [
                new MetricSample("loss", new MetricPoint(0.5, 7, 1)),
                new MetricSample("loss", new MetricPoint(double.NaN, 8, 2), new LoggedModelId("m-1"), "d", "x"),
                new MetricSample("a\"b", new MetricPoint(-0.001, 9, 3)),
            ],
            batch.Metrics);
        Assert.Equal([new Param("p", "1"), new Param("q", "")], batch.Params);
        Assert.Equal([new Tag("t", "v")], batch.Tags);
        Assert.Same(batch.Metrics[0].Key, batch.Metrics[1].Key);
    }

    [Fact]
    public void Every_distinct_key_of_a_large_batch_is_one_string()
    {
        var metrics = Enumerable.Range(0, 1_000).Select(i => $$"""{"key":"layer.{{i % 300}}.gradient","value":1,"timestamp":1}""");
        var body = Encoding.UTF8.GetBytes($$"""{"run_id":"r","metrics":[{{string.Join(',', metrics)}}]}""");
        Assert.True(MetricReader.TryReadBatch(body, 1_000, out _, out var batch));
        Assert.Equal(300, batch.Metrics.Select(metric => metric.Key).Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.Equal("layer.299.gradient", batch.Metrics[299].Key);
    }

    [Theory]
    [InlineData("""{"run_id":"r","metrics":[{"key":"a","value":NaN,"timestamp":1}]}""")]
    [InlineData("""{"run_id":"r","metrics":[{"key":"a","value":1}]}""")]
    [InlineData("""{"run_id":"r","metrics":[{"key":"","value":1,"timestamp":1}]}""")]
    [InlineData("""{"run_id":"r","metrics":[{"key":"a\u0000","value":1,"timestamp":1}]}""")]
    [InlineData("""{"run_id":"r","metrics":[{"key":"\ud800","value":1,"timestamp":1}]}""")]
    [InlineData("""{"run_id":"r","metrics":[5]}""")]
    [InlineData("""{"run_id":"r","metrics":"x"}""")]
    [InlineData("""{"runId":"r","metrics":[]}""")]
    [InlineData("""{"metrics":[]}""")]
    [InlineData("""{"run_id":"r","metrics":[]}x""")]
    [InlineData("""{"run_id":"r","metrics":[{"key":"a","value":1,"timestamp":1.5}]}""")]
    [InlineData("""{"run_id":"r","metrics":[""")]
    [InlineData("")]
    public void What_is_not_certainly_right_is_left_to_the_ordinary_binding(string body) =>
        Assert.False(MetricReader.TryReadBatch(Encoding.UTF8.GetBytes(body), 10, out _, out _));

    [Fact]
    public void The_fast_reader_and_the_ordinary_binding_agree()
    {
        var seed = TestSeed.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var taken = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var body = Encoding.UTF8.GetBytes(Body(random));
            if (!MetricReader.TryReadBatch(body, 10_000, out var run, out var batch)) continue;
            taken++;
            var fields = Fields.OfBody(body);
            Assert.Equal(fields.Run(), run);
            var slow = MetricHandlers.Batch(fields);
            Assert.Null(fields.Problems.First);
            Assert.Equal(slow.Metrics, batch.Metrics);
            Assert.Equal(slow.Params, batch.Params);
            Assert.Equal(slow.Tags, batch.Tags);
        }

        Assert.InRange(taken, Rounds / 10, Rounds - 1);
    }

    private static string Body(Random random)
    {
        var members = new List<string> { $"\"run_id\":{Text(random)}" };
        if (random.Next(4) > 0) members.Add($"\"metrics\":[{Many(random, Metric)}]");
        if (random.Next(3) == 0) members.Add($"\"params\":[{Many(random, Pair)}]");
        if (random.Next(3) == 0) members.Add($"\"tags\":[{Many(random, Pair)}]");
        if (random.Next(20) == 0) members.Add("\"unknown\":[{\"a\":null}]");
        return "{" + string.Join(random.Next(2) == 0 ? "," : " ,\n", members.OrderBy(_ => random.Next())) + "}";
    }

    private static string Many(Random random, Func<Random, string> one) =>
        string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ => one(random)));

    private static string Metric(Random random)
    {
        var members = new List<string>();
        if (random.Next(50) > 0) members.Add($"\"key\":{Text(random)}");
        if (random.Next(50) > 0) members.Add($"\"value\":{Value(random)}");
        if (random.Next(50) > 0) members.Add($"\"timestamp\":{Whole(random)}");
        if (random.Next(3) > 0) members.Add($"\"step\":{Whole(random)}");
        if (random.Next(5) == 0) members.Add($"\"dataset_name\":{Text(random)}");
        return "{" + string.Join(',', members.OrderBy(_ => random.Next())) + "}";
    }

    private static string Pair(Random random) => $$"""{"key":{{Text(random)}},"value":{{Text(random)}}}""";

    private static string Text(Random random) => random.Next(12) switch
    {
        0 => JsonSerializer.Serialize("é\"\\\u0001" + (char)random.Next(0x20, 0xD7FF)),
        1 => "\"\\u0041b\"",
        2 => random.Next(6) == 0 ? "\"\"" : "\"x\"",
        _ => $"\"key{random.Next(5)}\"",
    };

    private static string Whole(Random random) => random.Next(8) switch
    {
        0 => $"\"{random.NextInt64()}\"",
        1 => random.Next(8) == 0 ? "1.5" : "0",
        _ => random.NextInt64(-5, long.MaxValue).ToString(CultureInfo.InvariantCulture),
    };

    private static string Value(Random random) => random.Next(10) switch
    {
        0 => "\"NaN\"",
        1 => "\"-Infinity\"",
        2 => random.Next(8) == 0 ? "NaN" : "1e400",
        3 => random.Next(8) == 0 ? "\"1.5\"" : "-0.0",
        _ => BitConverter.Int64BitsToDouble(random.NextInt64() & 0x7FDF_FFFF_FFFF_FFFF).ToString("R", CultureInfo.InvariantCulture),
    };
}
