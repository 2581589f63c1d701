using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Platform.Activities;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Platform.Api.Host.OpenApi;

/// <summary>Describes amounts as their JSON converters write them: a decimal string with its currency.</summary>
public sealed class AmountSchemas : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        var (description, example) = context.Type == typeof(Money)
            ? ("A decimal with at most as many digits after the decimal point as the currency has.", "12.50")
            : context.Type == typeof(UnitPrice) ? ("A decimal with at most 12 digits after the decimal point.", "0.005")
            : default;
        if (description is null || schema is not OpenApiSchema amount || amount.Type != JsonSchemaType.Object)
        {
            return;
        }

        amount.Required = new HashSet<string> { "amount", "currency" };
        amount.AdditionalPropertiesAllowed = false;
        amount.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["amount"] = Text(description, example),
            ["currency"] = Text("The ISO 4217 currency code.", "USD"),
        };
    }

    private static OpenApiSchema Text(string description, string example) =>
        new() { Type = JsonSchemaType.String, Description = description, Examples = [JsonValue.Create(example)] };
}
