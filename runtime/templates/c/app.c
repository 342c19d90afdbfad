#include "cog.h"

#include <stdio.h>
#include <stdlib.h>

// What is left out of a record is zero: no options, no embeds, nobody pinged.
typedef cogbox_discord_command_types_command_t command_t;
typedef cogbox_discord_interactions_outgoing_message_t message_t;

// The commands this cog offers. The host frees what is returned, so all of it is copied.
void exports_cogbox_cog_commands_declare(exports_cogbox_cog_commands_list_command_t *ret) {
  command_t *hello = calloc(1, sizeof *hello);
  cog_string_dup(&hello->name, "hello");
  cog_string_dup(&hello->description, "Says hello");
  hello->contexts = COGBOX_DISCORD_COMMAND_TYPES_CONTEXTS_GUILD | COGBOX_DISCORD_COMMAND_TYPES_CONTEXTS_BOT_DM;
  ret->ptr = hello;
  ret->len = 1;
}

// Someone used a command. Returns false, with a sentence for the log, when it went wrong.
bool exports_cogbox_cog_commands_invoked(exports_cogbox_cog_commands_invocation_t *invocation,
                                         exports_cogbox_cog_commands_own_interaction_t interaction,
                                         cog_string_t *err) {
  cogbox_discord_interactions_borrow_interaction_t it = cogbox_discord_interactions_borrow_interaction(interaction);
  cogbox_discord_interactions_user_t user;
  cogbox_discord_interactions_method_interaction_user(it, &user);

  char text[200];
  int length = snprintf(text, sizeof text, "Hello, %.*s!", (int)user.display_name.len, (char *)user.display_name.ptr);
  message_t message = {.content = {(uint8_t *)text, (size_t)length}};

  cogbox_discord_interactions_error_t error;
  if (!cogbox_discord_interactions_method_interaction_reply(it, &message, COGBOX_DISCORD_COMMAND_TYPES_VISIBILITY_EVERYONE, &error)) {
    *err = error.message;
    return false;
  }
  return true;
}
