using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Platform.Activities;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Platform.Api.Host.OpenApi;

/// <summary>The schemas of amounts, as their JSON converters write them: a decimal string with its currency.</summary>
public sealed class AmountSchemas : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        var (description, example) = context.Type == typeof(Money) ? ("A decimal with at most the currency's digits.", "12.50")
            : context.Type == typeof(UnitPrice) ? ("A decimal with at most 12 digits after the point.", "0.005")
            : default;
        if (description is null || schema is not OpenApiSchema amount || amount.Type != JsonSchemaType.Object)
        {
            return;
        }

        amount.Required = new HashSet<string> { "amount", "currency" };
        amount.AdditionalPropertiesAllowed = false;
        amount.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["amount"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = description, Examples = [JsonValue.Create(example)] },
            ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "ISO 4217.", Examples = [JsonValue.Create("USD")] },
        };
    }
}
