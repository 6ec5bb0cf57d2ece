//! The client: what progenitor wrote, less what must not be there.

use anyhow::{Result, bail};
use quote::ToTokens;
use syn::{
    Attribute, Expr, ExprLit, ExprMethodCall, ImplItem, ImplItemFn, Item, Lit, LitInt, Stmt, Visibility, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::docs;

/// The file of the client.
pub(super) fn text(items: Vec<Item>) -> Result<String> {
    let mut kept: Vec<Item> = vec![parse_quote!(
        use super::types;
    )];
    for item in items {
        kept.extend(rework(item)?);
    }
    let file = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: kept };
    let text = prettyplease::unparse(&file);
    if text.contains("api-version") {
        bail!("the client still sends the header `api-version` (see xtask/src/generate/client.rs)");
    }
    Ok(text)
}

fn rework(item: Item) -> Result<Option<Item>> {
    Ok(match item {
        Item::Mod(module) if module.ident == "prelude" => None,
        Item::Struct(mut client) if client.ident == "Client" => {
            docs::set(&mut client.attrs, "Raw client of the Cashlink API: one method per operation.");
            Some(Item::Struct(client))
        }
        Item::Impl(mut block) if block.trait_.is_none() => {
            // It makes an HTTP client of its own, with a timeout that nobody asked for.
            block.items.retain(|item| !matches!(item, ImplItem::Fn(method) if method.sig.ident == "new"));
            for item in &mut block.items {
                if let ImplItem::Fn(method) = item {
                    rework_method(method)?;
                }
            }
            Some(Item::Impl(block))
        }
        Item::Use(mut import) => {
            // The crate exports what is public, once.
            import.vis = Visibility::Inherited;
            Some(Item::Use(import))
        }
        other => Some(other),
    })
}

fn rework_method(method: &mut ImplItemFn) -> Result<()> {
    rework_docs(&mut method.attrs);
    let mut addresses = Addresses::default();
    addresses.visit_block_mut(&mut method.block);
    let statements = &mut method.block.stmts;
    let is_operation = method.sig.asyncness.is_some();
    let before = statements.len();
    statements.retain(|statement| !mentions(statement, "\"api-version\""));
    if is_operation && addresses.found != 1 {
        bail!("{}: expected one request to `url`", method.sig.ident);
    }
    if is_operation && statements.len() + 1 != before {
        bail!("{}: expected one statement about `api-version`", method.sig.ident);
    }
    let declares = |statement: &Stmt| mentions(statement, "let mut header_map");
    let uses = statements.iter().filter(|statement| mentions(statement, "header_map")).count();
    // One declares the map, one sends it.
    if is_operation && uses == 2 {
        statements.retain(|statement| !declares(statement));
        for statement in statements.iter_mut() {
            NoHeaders.visit_stmt_mut(statement);
        }
    } else {
        for statement in statements.iter_mut().filter(|statement| declares(statement)) {
            OneLess.visit_stmt_mut(statement);
        }
    }
    Ok(())
}

fn rework_docs(attributes: &mut Vec<Attribute>) {
    let text = docs::text(attributes).replace("\nArguments:\n", "\n# Arguments\n\n");
    docs::set(attributes, &text);
}

fn mentions(statement: &Stmt, text: &str) -> bool {
    statement.to_token_stream().to_string().contains(text)
}

/// Takes `.headers(header_map)` out of a chain of calls.
struct NoHeaders;

impl VisitMut for NoHeaders {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
        {
            *expression = (*call.receiver).clone();
        }
    }
}

/// Lets requests go to addresses in parts where the client has them: `.post(url)` would parse the host each time.
#[derive(Default)]
struct Addresses {
    found: usize,
}

impl VisitMut for Addresses {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        let is_url = |argument: &Expr| argument.to_token_stream().to_string() == "url";
        if call.args.len() == 1 && call.args.first().is_some_and(is_url) {
            call.args = parse_quote!(self.inner.parsed(&url)?);
            self.found += 1;
        }
    }
}

/// Lowers the capacity of the header map by the header that is gone.
struct OneLess;

impl VisitMut for OneLess {
    fn visit_expr_lit_mut(&mut self, literal: &mut ExprLit) {
        if let Lit::Int(number) = &literal.lit
            && let Ok(count) = number.base10_parse::<usize>()
        {
            literal.lit = Lit::Int(LitInt::new(&count.saturating_sub(1).to_string(), number.span()));
        }
    }
}
