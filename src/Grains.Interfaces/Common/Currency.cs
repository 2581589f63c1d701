using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Platform;

/// <summary>An ISO 4217 currency: its alphabetic code and the number of digits of its minor unit.</summary>
[GenerateSerializer, Immutable, Alias("platform.currency")]
public readonly record struct Currency([property: Id(0)] string Code, [property: Id(1)] byte Digits)
{
    /// <summary>Looks up an ISO 4217 code of exactly three upper-case letters; returns false if there is no such currency.</summary>
    public static bool TryParse([NotNullWhen(true)] string? code, out Currency currency)
    {
        currency = default;
        if (code is null || !CurrencyList.Digits.TryGetValue(code, out var digits))
        {
            return false;
        }

        currency = new Currency(code, digits);
        return true;
    }

    /// <summary>Like <see cref="TryParse"/>, but throws if the code is unknown.</summary>
    public static Currency Parse(string code) =>
        TryParse(code, out var currency) ? currency : throw new FormatException($"'{code}' is not an ISO 4217 currency.");

    /// <summary>How many minor units make one unit: 100 for USD, 1 for JPY, 1000 for KWD.</summary>
    public long MinorPerUnit => Digits switch
    {
        0 => 1,
        1 => 10,
        2 => 100,
        3 => 1_000,
        4 => 10_000,
        _ => throw new InvalidOperationException($"No currency has {Digits} digits."),
    };

    public override string ToString() => Code;
}

/// <summary>The active codes of ISO 4217 list one (2026-01-01), without the X-codes for metals and tests.</summary>
internal static class CurrencyList
{
    private const string None = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
    private const string Two =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE " +
        "CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW " +
        "KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK " +
        "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS " +
        "UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
    private const string Three = "BHD IQD JOD KWD LYD OMR TND";
    private const string Four = "CLF UYW";

    internal static readonly FrozenDictionary<string, byte> Digits = All().ToFrozenDictionary(StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, byte>> All()
    {
        foreach (var (codes, digits) in new[] { (None, (byte)0), (Two, (byte)2), (Three, (byte)3), (Four, (byte)4) })
        {
            foreach (var code in codes.Split(' '))
            {
                yield return new(code, digits);
            }
        }
    }
}
