using Weighhouse.Access.Tokens;

namespace Weighhouse.Tests.Access;

public sealed class SecretTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    [Fact]
    public void A_token_is_its_prefix_and_forty_eight_letters_that_end_in_a_checksum()
    {
        var token = Secret.NewToken();

        Assert.Matches("^wh_[A-Za-z0-9_-]{48}$", token);
        Assert.True(Secret.IsToken(token));
    }

    [Fact]
    public void Tokens_do_not_repeat() => Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(_ => Secret.NewToken()).Distinct().Count());

    [Fact]
    public void Any_one_letter_mistyped_is_noticed()
    {
        var token = Secret.NewToken();
        for (var at = Secret.TokenPrefix.Length; at < token.Length; at++)
            foreach (var letter in Alphabet.Where(letter => letter != token[at]))
                Assert.False(Secret.IsToken($"{token[..at]}{letter}{token[(at + 1)..]}"), $"letter {at} made {letter}");
    }

    [Fact]
    public void Any_two_neighbours_swapped_are_noticed()
    {
        var token = Secret.NewToken();
        for (var at = Secret.TokenPrefix.Length; at < token.Length - 1; at++)
            if (token[at] != token[at + 1]) Assert.False(Secret.IsToken($"{token[..at]}{token[at + 1]}{token[at]}{token[(at + 2)..]}"));
    }

    [Fact]
    public void What_is_not_whole_is_no_token()
    {
        var token = Secret.NewToken();
        string[] odd = ["", "wh_", token[..^1], token + "A", token[3..], "wh_" + token, token.ToUpperInvariant(), token + "="];
        foreach (var text in odd) Assert.False(Secret.IsToken(text), text);
        Assert.False(Secret.IsToken(string.Concat("wh_", new string(' ', 12), token.AsSpan(15))));
    }

    [Fact]
    public void A_letter_that_no_token_has_is_noticed()
    {
        var token = Secret.NewToken();
        for (var letter = '\0'; letter < 0x180; letter++)
            if (!Alphabet.Contains(letter, StringComparison.Ordinal))
                foreach (var at in new[] { 3, 20, token.Length - 1 })
                    Assert.False(Secret.IsToken($"{token[..at]}{letter}{token[(at + 1)..]}"), $"letter {(int)letter:x}");
    }

    /// <summary>Secret scanners elsewhere compute it as well: CRC-32C, little endian, over the 32 random bytes.</summary>
    [Fact]
    public void The_checksum_is_the_documented_one() => Assert.True(Secret.IsToken("wh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACqNpGK"));
}
