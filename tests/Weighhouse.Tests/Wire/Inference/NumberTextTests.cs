using System.Globalization;
using System.Text;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Tests.Wire.Inference;

public sealed class NumberTextTests
{
    private const int Rounds = 200_000;

    [Fact]
    public void Numbers_are_rounded_as_the_framework_rounds_them()
    {
        var seed = TestSeed.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        for (var i = 0; i < Rounds; i++)
        {
            var text = Random(random);
            var token = Encoding.ASCII.GetBytes(text);
            Assert.True(NumberText.TryFloat64(token, out var wide), text);
            Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), wide);
            Assert.True(NumberText.TryFloat32(token, out var single), text);
            Assert.Equal(float.Parse(text, CultureInfo.InvariantCulture), single);
        }
    }

    /// <summary>Halfway between two floats, and a little off it, where rounding twice goes wrong.</summary>
    [Theory]
    [InlineData("1.000000059604644775390625")]
    [InlineData("1.0000000596046448")]
    [InlineData("16777217")]
    [InlineData("33554435")]
    [InlineData("0.1")]
    [InlineData("-0")]
    [InlineData("3.4028235677973366e38")]
    [InlineData("9007199254740993")]
    public void A_float_is_rounded_once(string text)
    {
        Assert.True(NumberText.TryFloat32(Encoding.ASCII.GetBytes(text), out var value));
        var expected = float.Parse(text, CultureInfo.InvariantCulture);
        Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("0x1")]
    [InlineData("1_0")]
    [InlineData("nan")]
    [InlineData("infinity")]
    [InlineData("NaN1")]
    public void What_is_no_number_is_none(string text)
    {
        Assert.False(NumberText.TryFloat64(Encoding.ASCII.GetBytes(text), out _));
        Assert.False(NumberText.TryFloat32(Encoding.ASCII.GetBytes(text), out _));
    }

    [Theory]
    [InlineData("NaN", double.NaN)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    public void Words_for_what_is_no_number_are_known(string text, double value)
    {
        Assert.True(NumberText.TryFloat64(Encoding.ASCII.GetBytes(text), out var wide));
        Assert.Equal(value, wide);
    }

    private static string Random(Random random)
    {
        var text = new StringBuilder(random.Next(2) == 0 ? "-" : "");
        var digits = random.Next(1, 20);
        text.Append(random.Next(1, 10));
        for (var i = 1; i < digits; i++) text.Append(random.Next(10));
        if (random.Next(3) > 0)
        {
            text.Append('.');
            for (var i = random.Next(1, 20); i > 0; i--) text.Append(random.Next(10));
        }

        if (random.Next(3) == 0) text.Append(random.Next(2) == 0 ? 'e' : 'E').Append(random.Next(-30, 30));
        return text.ToString();
    }
}
