using Weighhouse.Web.Pages;

namespace Weighhouse.Tests.Web;

/// <summary>The same cases as web/test/format.test.ts: a value reads alike whoever wrote it.</summary>
public class FormatTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.1 + 0.2, "0.3")]
    [InlineData(0.000123456789, "0.000123457")]
    [InlineData(0.00001, "1e-5")]
    [InlineData(-0.5, "−0.5")]
    [InlineData(1234567, "1\u202f234\u202f567")]
    [InlineData(123456.789, "123457")]
    [InlineData(1.5e12, "1.5e12")]
    [InlineData(-2.5e-9, "−2.5e-9")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "∞")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Values_keep_six_digits_and_use_exponents_only_where_zeros_would_drown_them(double value, string expected) =>
        Assert.Equal(expected, FormatText.Value(value));

    [Theory]
    [InlineData(999, "999")]
    [InlineData(9999, "9\u202f999")]
    [InlineData(12_345, "12.3k")]
    [InlineData(2_000_000, "2M")]
    [InlineData(3_210_000_000, "3.21G")]
    public void Counts_are_short(long count, string expected) => Assert.Equal(expected, FormatText.Count(count));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1500, "1.5 KB")]
    [InlineData(12_345_678, "12.3 MB")]
    public void Sizes_are_short(long bytes, string expected) => Assert.Equal(expected, FormatText.Bytes(bytes));

    [Theory]
    [InlineData(5, "5ms")]
    [InlineData(999, "999ms")]
    [InlineData(1500, "1.5s")]
    [InlineData(61_000, "1m 01s")]
    [InlineData(3_725_000, "1h 02m")]
    [InlineData(183_600_000, "2d 03h")]
    [InlineData(-1500, "−1.5s")]
    public void Durations_name_their_two_largest_parts(long milliseconds, string expected) =>
        Assert.Equal(expected, FormatText.Duration(milliseconds));

    [Theory]
    [InlineData(0, "1970-01-01 00:00:00 UTC")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    public void Moments_no_calendar_holds_are_shown_as_they_came(long timeMs, string expected) =>
        Assert.Equal(expected, FormatText.Moment(timeMs));
}
