using Weighhouse.Stats;

namespace Weighhouse.Tests.Stats.Numbers;

public class CounterRandomTests
{
    [Fact]
    public void The_numbers_are_those_of_SplitMix64()
    {
        var random = new CounterRandom(1234567);

        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            Enumerable.Range(0, 5).Select(_ => random.Next()));
    }

    [Fact]
    public void Any_number_is_had_without_those_before_it()
    {
        var random = new CounterRandom(7);
        var drawn = Enumerable.Range(0, 100).Select(_ => random.Next()).ToArray();

        Assert.Equal(drawn[42], new CounterRandom(7).At(42));
        random.Position = 42;
        Assert.Equal(drawn[42], random.Next());
        Assert.Equal(new CounterRandom(7).Stream(3).Next(), random.Stream(3).Next());
        Assert.NotEqual(random.Stream(3).At(0), random.Stream(4).At(0));
    }

    [Fact]
    public void Draws_are_even_and_normal_to_five_standard_errors()
    {
        var random = new CounterRandom(11);
        const int Count = 200_000;
        var faces = new int[6];
        var (moments, uniform) = (new RunningMoments(), new RunningMoments());
        for (var at = 0; at < Count; at++)
        {
            faces[random.Below(6)]++;
            moments.Add(random.NextNormal());
            uniform.Add(random.NextDouble());
        }

        Assert.All(faces, face =>
            Assert.InRange(face, Count / 6.0 - 5 * Math.Sqrt(Count * 5 / 36.0), Count / 6.0 + 5 * Math.Sqrt(Count * 5 / 36.0)));
        Assert.InRange(moments.Mean, -5 / Math.Sqrt(Count), 5 / Math.Sqrt(Count));
        Assert.InRange(moments.Variance, 1 - 5 * Math.Sqrt(2.0 / Count), 1 + 5 * Math.Sqrt(2.0 / Count));
        Assert.InRange(uniform.Mean, 0.5 - 5 * Math.Sqrt(1 / 12.0 / Count), 0.5 + 5 * Math.Sqrt(1 / 12.0 / Count));
        Assert.True(uniform is { Minimum: >= 0, Maximum: < 1 });
    }

    [Fact]
    public void A_shuffle_keeps_all_and_moves_them_evenly()
    {
        var random = new CounterRandom(5);
        var places = new int[4, 4];
        for (var round = 0; round < 24_000; round++)
        {
            int[] values = [0, 1, 2, 3];
            random.Shuffle<int>(values);
            Assert.Equal([0, 1, 2, 3], values.Order());
            for (var at = 0; at < 4; at++) places[values[at], at]++;
        }

        foreach (var count in places) Assert.InRange(count, 6000 - 350, 6000 + 350);
    }
}
